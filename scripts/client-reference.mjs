// The reference of packages/client, from its types and comments.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Application } from 'typedoc';

const CLIENT = fileURLToPath(new URL('../packages/client/', import.meta.url));
const FILE = 'client-reference.md';

/** @returns {Promise<string>} one page of Markdown */
export async function renderClientReference() {
  const directory = mkdtempSync(join(tmpdir(), 'registry-reference-'));
  try {
    const application = await Application.bootstrapWithPlugins({
      entryPoints: [`${CLIENT}src/index.ts`],
      tsconfig: `${CLIENT}tsconfig.json`,
      plugin: ['typedoc-plugin-markdown'],
      outputs: [{ name: 'markdown', path: directory }],
      router: 'module',
      entryFileName: FILE,
      readme: 'none',
      hidePageHeader: true,
      hideBreadcrumbs: true,
      excludeExternals: true,
      excludePrivate: true,
      // Its names are those of the HTTP API, which has a page of its own.
      exclude: ['**/schema.ts'],
      disableSources: true,
      useCodeBlocks: true,
      parametersFormat: 'table',
      interfacePropertiesFormat: 'table',
      classPropertiesFormat: 'table',
      treatWarningsAsErrors: true,
      logLevel: 'Warn',
    });
    const project = await application.convert();
    if (project === undefined) throw new Error('packages/client does not compile');
    await application.generateOutputs(project);
    return readFileSync(join(directory, FILE), 'utf8');
  } finally {
    rmSync(directory, { recursive: true });
  }
}
