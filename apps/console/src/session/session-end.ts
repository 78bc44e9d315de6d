/** Why a session is over: the server answered 401. The reason is worked out from what the console knew. */
type Listener = () => void;

const listeners = new Set<Listener>();

export function onUnauthorized(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function noteUnauthorized(): void {
  for (const listener of listeners) listener();
}
