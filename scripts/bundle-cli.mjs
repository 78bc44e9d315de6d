// Bundles the command line and its dependencies into apps/cli/dist, so that the package has no dependencies and starts fast. Code that only
// some commands need has its own file.

import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const CLI = fileURLToPath(new URL('../apps/cli/', import.meta.url));
const API = fileURLToPath(new URL('../apps/api/dist/', import.meta.url));

await rm(`${CLI}dist`, { recursive: true, force: true });
await build({
  entryPoints: {
    main: `${CLI}src/main.ts`,
    program: `${CLI}src/program.ts`,
    // The verifier starts it as a thread, from the directory of its own file.
    worker: `${API}audit-verification/worker.js`,
  },
  outdir: `${CLI}dist`,
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  minifySyntax: true,
  legalComments: 'eof',
  // CommonJS code in an ES module loads the built-in modules by `require`.
  banner: {
    js: "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);",
  },
  logLevel: 'warning',
});
