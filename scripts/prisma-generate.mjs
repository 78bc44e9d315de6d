// Generates the Prisma client without Prisma's downloaded schema engine. `generate` never runs the engine. It only checks that
// the configured file is executable. See docs/adr/0003-prisma-without-downloaded-engines.md.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { status } = spawnSync(
  process.execPath,
  [fileURLToPath(import.meta.resolve('prisma/build/index.js')), 'generate', '--no-hints'],
  { cwd: root, stdio: 'inherit', env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath } },
);
process.exit(status ?? 1);
