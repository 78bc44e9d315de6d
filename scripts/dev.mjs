// `npm run dev`: runs the server, and starts it again after each change that compiles.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { stopWithParent } from './parent.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const COMPILED = /Found 0 errors\. Watching/;

stopWithParent(process.argv[2]);
await build();

// In process groups of their own: only this process gets Ctrl-C, and it stops both in order.
const compiler = spawn(
  process.execPath,
  [
    fileURLToPath(import.meta.resolve('typescript/lib/tsc.js')),
    '-p',
    'apps/api/tsconfig.build.json',
    '--watch',
    '--preserveWatchOutput',
  ],
  { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'], detached: true },
);
let server;
let stopping = false;
let restarting = Promise.resolve();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    compiler.kill();
    restarting = restarting.then(stopServer);
  });
}
for await (const line of createInterface({ input: compiler.stdout })) {
  if (line.trim() !== '') process.stdout.write(`${line}\n`);
  if (COMPILED.test(line)) restarting = restarting.then(stopServer).then(startServer);
}
await restarting;
process.exit(stopping ? 0 : 1);

function startServer() {
  if (stopping) return;
  server = spawn(process.execPath, ['--enable-source-maps', 'apps/api/dist/main.js'], {
    cwd: ROOT,
    stdio: 'inherit',
    detached: true,
  });
}

async function stopServer() {
  if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
  const gone = once(server, 'exit');
  server.kill();
  await gone;
}
