import { useEffect, useRef } from 'react';
import { settings } from './settings';

/** What each key does. Keys are names of `KeyboardEvent.key`; `mod+k` is Ctrl or ⌘; `g j` is one after the other. */
export type Shortcuts = Record<string, ((event: KeyboardEvent) => void) | undefined>;

const PREFIX_MS = 1_200;
let prefix = { key: '', at: 0 };

/** Listens while the component is shown. Single keys have no effect in a dialog or a text field. */
export function useShortcuts(shortcuts: Shortcuts, { inDialogs = false } = {}): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.defaultPrevented) return;
      const name = nameOf(event);
      const action = latest.current[name];
      if (action === undefined) return;
      const isSingle = !name.startsWith('mod+');
      if (isSingle && (!settings().shortcuts || isTyping(event.target))) return;
      if (isSingle && !inDialogs && document.querySelector('[role="dialog"][aria-modal="true"]') !== null)
        return;
      event.preventDefault();
      prefix = { key: '', at: 0 };
      action(event);
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [inDialogs]);
}

function nameOf(event: KeyboardEvent): string {
  const { key } = event;
  if (event.ctrlKey || event.metaKey) return `mod+${key.toLowerCase()}`;
  if (event.altKey) return '';
  const isSecond = prefix.key === 'g' && performance.now() - prefix.at < PREFIX_MS;
  return isSecond && key !== 'g' ? `g ${key}` : key;
}

// Before every listener of a component: it remembers the `g` of `g j`.
window.addEventListener(
  'keydown',
  ({ key, ctrlKey, metaKey, altKey, target }) => {
    if (key === 'g' && !ctrlKey && !metaKey && !altKey && !isTyping(target)) {
      prefix = { key, at: performance.now() };
    }
  },
  true,
);

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
