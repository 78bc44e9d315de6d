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
  const isGone = isAdopter(parent);
  const watch = setInterval(() => {
    if (!isGone && process.ppid === Number(parent)) return;
    // Only once: a second signal would stop the server at once.
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, LOOK_EVERY_MS).unref();
}

/**
 * Whether the pid is that of the process that adopts orphans: then the parent ended before its shell read the pid. Our parent would be in
 * our process group, because neither npm nor its shell makes a new group.
 */
function isAdopter(parent) {
  try {
    return groupOf(parent) !== groupOf('self');
  } catch {
    // Without /proc, as on macOS, the first process adopts orphans.
    return parent === '1';
  }
}

/** From /proc/PID/stat: `pid (name) state parent group`. The name may have any character. */
function groupOf(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')')).split(' ')[3];
}
