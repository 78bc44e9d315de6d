/** A checkpoint as it is handed out: the signed note, and its number so that it is found without reading the note. */
export interface PublishedCheckpoint {
  seq: number;
  note: string;
}

/** One line of JSON in a file of checkpoints; undefined if it is no such line. */
export function parseCheckpointLine(line: string): PublishedCheckpoint | undefined {
  const value = parseJson(line);
  if (typeof value !== 'object' || value === null || !('seq' in value) || !('note' in value))
    return undefined;
  const { seq, note } = value;
  return typeof seq === 'number' && Number.isSafeInteger(seq) && typeof note === 'string'
    ? { seq, note }
    : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
