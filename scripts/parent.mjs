/** How soon a parent that is gone is noticed. */
const LOOK_EVERY_MS = 250;

/**
 * Started through npm, a signal may never get here: some shells between npm and us die of it without passing it on. So once
 * our parent is gone we stop, as if it had been us who got the signal.
 */
export function stopWithNpm() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
  }, LOOK_EVERY_MS).unref();
}
