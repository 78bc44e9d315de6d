import type { Checkpoint } from '../../generated/schema';
import { trustOf } from './check';
import { parseCheckpoint } from './note';

export type CheckpointVerdict = 'signed' | 'unpinned' | 'wrong-signer' | 'history-changed';

/** Who signed it, and whether the log still contains what this browser saw before. */
export async function checkCheckpoint(checkpoint: Checkpoint): Promise<CheckpointVerdict> {
  const trusted = await trustOf(parseCheckpoint(checkpoint.note), checkpoint, checkpoint);
  if (trusted === undefined) return 'signed';
  if (trusted === 'unpinned') return 'unpinned';
  return trusted.kind === 'wrong-signer' ? 'wrong-signer' : 'history-changed';
}
