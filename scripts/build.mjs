// Updates the build before a command that uses it. Turbo takes half a second if nothing has changed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** The packages that a server needs. */
const SERVED = ['@coordinator-registry/api', '@coordinator-registry/console'];
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Turbo's own binary, if its package is found: its launcher takes a third of a second. Otherwise the launcher. */
function turboCommand() {
  const platform = `${process.platform}-${process.arch === 'x64' ? '64' : process.arch}`;
  try {
    return [fileURLToPath(import.meta.resolve(`@turbo/${platform}/bin/turbo`))];
  } catch {
    return [process.execPath, fileURLToPath(import.meta.resolve('turbo/bin/turbo'))];
  }
}

/** Ends this process, and turbo with all its processes, if the build fails or a signal arrives. */
export async function build() {
  const [program, ...before] = turboCommand();
  const turbo = spawn(
    program,
    [...before, 'run', 'build', ...SERVED.map((it) => `--filter=${it}`), '--output-logs=errors-only'],
    // In a process group of its own, which gets each signal from here: turbo's launcher does not forward signals.
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'], detached: true },
  );
  const said = [];
  turbo.stdout.on('data', (chunk) => said.push(chunk));

  let stoppedBy;
  const stop = (signal) => {
    stoppedBy ??= signal;
    try {
      process.kill(-turbo.pid, 'SIGTERM');
    } catch {
      // They have already ended.
    }
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  const [code] = await once(turbo, 'close');
  for (const signal of SIGNALS) process.off(signal, stop);

  if (stoppedBy !== undefined) process.exit(0);
  if (code === 0) return;
  process.stderr.write(Buffer.concat(said));
  process.stderr.write('The build failed.\n');
  process.exit(1);
}
