import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Imports what the package requires, so that it uses the same copy of NestJS as the code under test. */
const importRequired = {
  name: 'import-required',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[^.]/ }, ({ path, kind, namespace }) => {
      if (namespace === 'required') return { path, external: true };
      return kind === 'require-call' ? { path, namespace: 'required' } : undefined;
    });
    onLoad({ filter: /./, namespace: 'required' }, ({ path }) => ({ contents: `export * from '${path}';` }));
  },
};

/**
 * Bundles `@nestjs/throttler` as an ES module, for Jest (moduleNameMapper). The package is CommonJS and requires NestJS,
 * which is ESM only. Node does that since 20.19; Jest's module loader does it from Node 24.9 on.
 *
 * @returns the path of the bundle
 */
export async function bundleThrottler() {
  const outfile = fileURLToPath(new URL('../../dist/test/nestjs-throttler.mjs', import.meta.url));
  const names = [
    'SkipThrottle',
    'Throttle',
    'ThrottlerGuard',
    'ThrottlerModule',
    'getOptionsToken',
    'getStorageToken',
    'normalizeIp',
  ];
  await build({
    stdin: {
      contents: `export { ${names} } from '@nestjs/throttler';`,
      resolveDir: import.meta.dirname,
    },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    keepNames: true,
    plugins: [importRequired],
    logLevel: 'warning',
  });
  return outfile;
}
