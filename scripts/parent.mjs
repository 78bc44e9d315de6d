import { readFileSync } from 'node:fs';

/** How soon a parent that is gone is noticed. */
const LOOK_EVERY_MS = 250;

/**
 * Stops this process, as a signal would, once `parent` is no longer its parent. A signal to npm may never get here: npm may die
 * of it before it is ready to pass it on, and so may a shell in between.
 *
 * @param {string | undefined} parent the pid, from who started us: it may be gone before we could ask for it
 */
export function stopWithParent(parent) {
  if (parent === undefined) return;
  const gone = parent === '1' && !mayStartUs(1);
  const watch = setInterval(() => {
    if (!gone && process.ppid === Number(parent)) return;
    // Once: a second signal means that the server shall not finish what it is doing.
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, LOOK_EVERY_MS).unref();
}

/** In a container npm may well be the first process; elsewhere that is who takes orphans in. */
function mayStartUs(pid) {
  try {
    return /\b(npm|pnpm|yarn|node|bun)\b/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
  } catch {
    return false;
  }
}
