/**
 * A checkpoint as the API publishes it: the signed note, and its number, so that it can be found without parsing the
 * note.
 */
export interface PublishedCheckpoint {
  seq: number;
  note: string;
}

/** Parses one JSON line of a checkpoints file; undefined if it is not such a line. */
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
