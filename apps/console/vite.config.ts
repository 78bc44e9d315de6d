import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** What the first page may load before it shows anything, compressed. */
const MAX_ENTRY_KIB = 260;
const ENTRY = fileURLToPath(new URL('src/main.tsx', import.meta.url));

const FIELDS =
  /@mantine\/core\/esm\/components\/(NumberInput|TagsInput|MultiSelect|PillsInput|Pill|Radio|Textarea|Tabs)\/|react-number-format/;

export default defineConfig({
  base: '/console/',
  plugins: [react(), entrySize()],
  // The server replaces it in each answer.
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    target: 'es2022',
    // The policy allows no `data:`.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 900,
    // Few files: each costs the main thread some milliseconds, and a page would wait for styles of its own.
    cssCodeSplit: false,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // The entry as two files, because a browser compiles two at once.
            { name: 'fields', test: FIELDS, priority: 3 },
            { name: entryOnly(), debugName: 'entry', priority: 2 },
            { name: 'parts', test: /console\/src|react-virtual|virtual-core/, minShareCount: 2, priority: 1 },
          ],
        },
      },
    },
  },
  server: {
    // `npx vite` beside `npm run dev`: the API answers what is not the console.
    proxy: {
      '^/(?!console)': { target: `http://127.0.0.1:${Number(process.env.PORT ?? 3000)}` },
    },
  },
});

/** All that the first page imports at once becomes one file. */
function entryOnly() {
  let entry: Set<string> | undefined;
  return (id: string, graph: ModuleGraph): string | null => {
    entry ??= importedBy(ENTRY, graph);
    return entry.has(id) ? 'entry' : null;
  };
}

function importedBy(start: string, graph: ModuleGraph): Set<string> {
  const seen = new Set([start]);
  for (const id of seen)
    for (const imported of graph.getModuleInfo(id)?.importedIds ?? []) seen.add(imported);
  return seen;
}

interface ModuleGraph {
  getModuleInfo: (id: string) => { importedIds: readonly string[] } | null;
}

/** Fails the build if the entry, with all that it imports at once, has grown beyond its limit. */
function entrySize(): Plugin {
  return {
    name: 'entry-size',
    apply: 'build',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const waiting = Object.values(bundle).flatMap((it) =>
        it.type === 'chunk' && it.isEntry ? [it.fileName] : [],
      );
      const seen = new Set<string>();
      let bytes = 0;
      for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
        const file = bundle[name];
        if (file === undefined || seen.has(name)) continue;
        seen.add(name);
        bytes += gzipSync(file.type === 'chunk' ? file.code : file.source).length;
        if (file.type === 'chunk') waiting.push(...file.imports, ...(file.viteMetadata?.importedCss ?? []));
      }
      const size = Math.ceil(bytes / 1_024);
      this.info(`the entry has ${size} KiB compressed`);
      if (size > MAX_ENTRY_KIB)
        this.error(`the entry has ${size} KiB compressed, more than ${MAX_ENTRY_KIB}`);
    },
  };
}
