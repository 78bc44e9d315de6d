import { onlineManager } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';

export const OFFLINE = 'You are offline. Changes are switched off.';

/** Without a connection, a change is not sent. */
export class OfflineError extends Error {}

export function assertOnline(): void {
  if (!onlineManager.isOnline()) throw new OfflineError(OFFLINE);
}

export function useIsOnline(): boolean {
  return useSyncExternalStore(
    (listener) => onlineManager.subscribe(listener),
    () => onlineManager.isOnline(),
  );
}
