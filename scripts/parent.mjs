import { readFileSync } from 'node:fs';

/** How often the parent is checked. */
const LOOK_EVERY_MS = 250;

/**
 * Stops this process, as a signal would, once `parent` is no longer its parent. A signal to npm may be lost: npm, or a shell
 * in between, may end before it can forward the signal.
 *
 * @param {string | undefined} parent the pid, passed by the parent: it may end before this process could read it
 */
export function stopWithParent(parent) {
  if (parent === undefined) return;
  const gone = parent === '1' && !mayStartUs(1);
  const watch = setInterval(() => {
    if (!gone && process.ppid === Number(parent)) return;
    // Only once: a second signal would stop the server at once.
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, LOOK_EVERY_MS).unref();
}

/** In a container, npm may be the first process. Elsewhere, the first process adopts orphans. */
function mayStartUs(pid) {
  try {
    return /\b(npm|pnpm|yarn|node|bun)\b/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
  } catch {
    return false;
  }
}
