// Puts the compiled server and what it uses of its dependencies into a few files: two thousand of them, opened one by one, are most
// of what a start takes. The modules in `dist/` stay beside it, for the tests and the commands that use one part of the house.

import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const DIST = fileURLToPath(new URL('../apps/api/dist/', import.meta.url));
/** As deep as any room of the house, so that the paths which lead out of it hold. */
const OUT = `${DIST}server`;

await rm(OUT, { recursive: true, force: true });
await build({
  entryPoints: [`${DIST}main.js`],
  outdir: OUT,
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  // Where a package offers both, its ES modules: Nest asks for some by `import()`, which gives no names of a bundled CommonJS one.
  mainFields: ['module', 'main'],
  // Names of classes are not kept (a decorated `X` becomes `X2`): to give them back esbuild calls a function for each closure of each
  // request, a twentieth of what the guard costs. Nothing goes by them; loggers are named in words.
  keepNames: false,
  sourcemap: 'linked',
  sourcesContent: false,
  // CommonJS inside an ES module asks for the built-in modules by `require`.
  banner: {
    js: "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);",
  },
  external: [
    // A native addon, found beside its package's own files.
    'argon2',
    // Optional companions of Nest and pg that are not installed here; they ask for them at run time, and do without.
    '@fastify/multipart',
    '@fastify/static',
    '@fastify/view',
    '@nestjs/microservices',
    '@nestjs/platform-express',
    '@nestjs/websockets',
    'pg-native',
  ],
  logLevel: 'warning',
});
