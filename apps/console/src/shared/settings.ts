import { useSyncExternalStore } from 'react';

/** What a reader prefers, in this browser only. Nothing secret is ever kept here. */
export interface Settings {
  density: 'compact' | 'normal' | 'comfortable';
  utc: boolean;
  shortcuts: boolean;
  sidebar: 'wide' | 'icons';
}

const KEY = 'coordinator-registry.settings';
const DEFAULTS: Settings = { density: 'normal', utc: false, shortcuts: true, sidebar: 'wide' };

const listeners = new Set<() => void>();
let current: Settings = settingsIn(readStored(KEY));
applyDensity();

export function useSettings(): Settings {
  return useSyncExternalStore(subscribe, () => current);
}

export function settings(): Settings {
  return current;
}

export function changeSettings(changes: Partial<Settings>): void {
  current = { ...current, ...changes };
  writeStored(KEY, current);
  applyDensity();
  for (const it of listeners) it();
}

/** The height of a row, in pixels. */
export function rowHeight(density: Settings['density']): number {
  return { compact: 28, normal: 36, comfortable: 44 }[density];
}

function settingsIn(stored: unknown): Settings {
  if (typeof stored !== 'object' || stored === null) return DEFAULTS;
  const { density, utc, shortcuts, sidebar }: Partial<Record<keyof Settings, unknown>> = stored;
  return {
    density: density === 'compact' || density === 'comfortable' ? density : DEFAULTS.density,
    utc: typeof utc === 'boolean' ? utc : DEFAULTS.utc,
    shortcuts: typeof shortcuts === 'boolean' ? shortcuts : DEFAULTS.shortcuts,
    sidebar: sidebar === 'icons' ? sidebar : DEFAULTS.sidebar,
  };
}

function applyDensity(): void {
  document.documentElement.dataset.density = current.density;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** @returns undefined also if the browser keeps nothing, as in a private window; what it keeps may be of an older version */
export function readStored(key: string): unknown {
  try {
    const text = localStorage.getItem(key);
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function writeStored(key: string, value: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // The browser keeps nothing: the choice lasts until the page is closed.
  }
}
