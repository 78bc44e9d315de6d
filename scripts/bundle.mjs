// Bundles the compiled server and the used parts of its dependencies into a few files: to open two thousand files takes most of the time
// of a start. The modules in `dist/` remain, for the tests and for commands that use only some of them.

import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const DIST = fileURLToPath(new URL('../apps/api/dist/', import.meta.url));
/** As deep as each module of `dist/`, so that relative paths out of it still work. */
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
  // Prefers the ES modules of a package: Nest loads some by `import()`, and a bundled CommonJS module then has no named exports.
  mainFields: ['module', 'main'],
  // Log lines have the names of classes, and a filter of Nest's lines uses them.
  keepNames: true,
  sourcemap: 'linked',
  sourcesContent: false,
  // CommonJS code in an ES module loads the built-in modules by `require`.
  banner: {
    js: "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);",
  },
  external: [
    // A native addon, which it finds beside the files of its package.
    'argon2',
    // Optional packages of Nest and pg that are not installed. Both look for them at run time and work without them.
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

// To keep names, esbuild calls a function whenever a function is created, also for the closures of each request. That takes a twentieth of
// the time of the guard. Only classes need their names, once each.
const KEEPS_NAME =
  'var __name = (target, value) => __defProp(target, "name", { value, configurable: true });';

// V8 holds a source with one character beyond Latin-1 in twice the memory: 5 MiB more for these files. esbuild escapes such characters in
// strings, but not in regular expressions and comments. An escape means the same in both.
const escaped = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

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
      )
      .replace(/[^\0-\x7f]/g, escaped),
  );
}
if (helpers !== 1) throw new Error('esbuild changed how it keeps names: check the cost of the new way');
