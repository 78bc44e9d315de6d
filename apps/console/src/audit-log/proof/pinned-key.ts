import { useSyncExternalStore } from 'react';
import { readStored, writeStored } from '../../shared/settings';

/** What this browser remembers of the log: the key that an operator trusts, and the last checkpoint that it saw. Both are public. */
interface Remembered {
  key?: { text: string; pinnedAt: string };
  seen?: { seq: number; size: number; note: string; at: string };
}

const KEY = 'coordinator-registry.log';
const listeners = new Set<() => void>();
let remembered: Remembered = rememberedIn(readStored(KEY));

export function rememberedLog(): Remembered {
  return remembered;
}

export function useRememberedLog(): Remembered {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => remembered,
  );
}

export function pinKey(text: string): void {
  change({ ...remembered, key: { text, pinnedAt: new Date().toISOString() } });
}

export function unpinKey(): void {
  const { key: _, ...rest } = remembered;
  change(rest);
}

/** Only a checkpoint whose signature was checked with the pinned key is worth comparing later. */
export function noteCheckpoint(seen: { seq: number; size: number; note: string }): void {
  if (remembered.seen !== undefined && remembered.seen.size > seen.size) return;
  change({ ...remembered, seen: { ...seen, at: new Date().toISOString() } });
}

/** A member that is damaged is as good as forgotten: then nothing reads "Verified". */
function rememberedIn(stored: unknown): Remembered {
  if (typeof stored !== 'object' || stored === null) return {};
  return {
    ...('key' in stored && isKey(stored.key) && { key: stored.key }),
    ...('seen' in stored && isSeen(stored.seen) && { seen: stored.seen }),
  };
}

function isKey(value: unknown): value is NonNullable<Remembered['key']> {
  return hasTypes(value, { text: 'string', pinnedAt: 'string' });
}

function isSeen(value: unknown): value is NonNullable<Remembered['seen']> {
  return hasTypes(value, { seq: 'number', size: 'number', note: 'string', at: 'string' });
}

function hasTypes(value: unknown, types: Record<string, string>): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const members = new Map<string, unknown>(Object.entries(value));
  return Object.entries(types).every(([name, type]) => typeof members.get(name) === type);
}

function change(next: Remembered): void {
  remembered = next;
  writeStored(KEY, next);
  for (const it of listeners) it();
}
