// Puts the compiled server and what it uses of its dependencies into a few files: two thousand of them, opened one by one, are most
// of what a start takes. The modules in `dist/` stay beside it, for the tests and the commands that use one part of the house.

import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
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
  // Log lines, and what of Nest's own is left out of them, go by the names of classes.
  keepNames: true,
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

// esbuild gives names back by a call for each function as it is made, closures of a request too: a twentieth of what the guard
// costs. Only classes need theirs, once each, as they are defined.
const KEEPS_NAME =
  'var __name = (target, value) => __defProp(target, "name", { value, configurable: true });';
let helpers = 0;
for (const file of await readdir(OUT)) {
  if (!file.endsWith('.js')) continue;
  const text = await readFile(`${OUT}/${file}`, 'utf8');
  if (text.includes(KEEPS_NAME)) helpers += 1;
  await writeFile(
    `${OUT}/${file}`,
    text
      .replace(KEEPS_NAME, 'var __name = (target) => target;')
      .replace(
        /__name\(this, ("[^"]+")\)/g,
        'Object.defineProperty(this, "name", { value: $1, configurable: true })',
      ),
  );
}
if (helpers !== 1) throw new Error('esbuild changed how it keeps names: check the cost of the new way');
