/**
 * Remembers what `find` returns for a handler and its controller, for metadata that does not change once the process
 * has started. To read metadata takes longer than most of what a guard does.
 */
export function perRoute<T>(
  find: (handler: object, controller: object) => T,
): (handler: object, controller: object) => T {
  const found = new WeakMap<object, WeakMap<object, { value: T }>>();
  return (handler, controller) => {
    let ofHandler = found.get(handler);
    if (ofHandler === undefined) {
      ofHandler = new WeakMap();
      found.set(handler, ofHandler);
    }
    let known = ofHandler.get(controller);
    if (known === undefined) {
      known = { value: find(handler, controller) };
      ofHandler.set(controller, known);
    }
    return known.value;
  };
}
