/** A read so soon after a press or a key is what the person asked for. */
const USE_MS = 30_000;
let lastUse = performance.now();

for (const type of ['pointerdown', 'keydown', 'wheel', 'touchstart'] as const) {
  window.addEventListener(
    type,
    () => {
      lastUse = performance.now();
    },
    { capture: true, passive: true },
  );
}

/** Whether the page is in use: it also sends requests by itself. */
export function isInUse(): boolean {
  return performance.now() - lastUse < USE_MS;
}
