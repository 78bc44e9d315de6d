import { rmSync } from 'node:fs';
import { EXIT } from '../exit-codes.js';

const files = new Set<string>();
let isListening = false;

/**
 * A file that is removed if the command is interrupted before it is finished.
 *
 * @returns to call once it is finished, or removed
 */
export function unfinished(path: string): () => void {
  files.add(path);
  if (!isListening) {
    isListening = true;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, removeAll);
  }
  return () => files.delete(path);
}

function removeAll(): void {
  for (const path of files) rmSync(path, { force: true });
  process.exit(EXIT.cancelled);
}
