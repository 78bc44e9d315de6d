import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

/*
 * `npm run test:sabotage` makes each change that these files list, and takes hours. Here it is only checked that each still can
 * be made.
 */

interface Sabotage {
  what: string;
  /** from the root of the repository */
  file: string;
  find: string;
  replace: string;
}

const APP = fileURLToPath(new URL('../../', import.meta.url));
const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

const FILES = ['src', 'test'].flatMap((folder) =>
  readdirSync(join(APP, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.sabotage.mjs'))
    .map((name) => join(folder, name)),
);

const MIGRATIONS = readdirSync(join(ROOT, 'prisma/migrations'))
  .filter((it) => !it.endsWith('.toml'))
  .sort()
  .map((it) => `prisma/migrations/${it}/migration.sql`);

/** @returns the last migration that defines the function in which the text stands; undefined if it stands in none */
function lastMigrationOf(file: string, find: string): string | undefined {
  const before = readFileSync(join(ROOT, file), 'utf8').split(find)[0] ?? '';
  const [definition] =
    before.match(/CREATE OR REPLACE FUNCTION public\.\w+\((?!.*CREATE OR REPLACE FUNCTION)/s) ?? [];
  if (definition === undefined || before.slice(before.lastIndexOf(definition)).includes('\n$$;'))
    return undefined;
  return MIGRATIONS.findLast((it) => readFileSync(join(ROOT, it), 'utf8').includes(definition));
}

it('there is at least one sabotage file', () => {
  expect(FILES.length).toBeGreaterThan(0);
});

describe.each(FILES)('%s', (name) => {
  it('has exactly one test file with the same name', () => {
    const start = join(APP, name).replace(/\.sabotage\.mjs$/, '.');
    expect(
      ['spec', 'e2e', 'integration', 'fleet'].filter((kind) => existsSync(`${start}${kind}.ts`)),
    ).toHaveLength(1);
  });

  it('has `find` strings that occur exactly once in their source file', async () => {
    const { default: changes } = (await import(join(APP, name))) as { default: Sabotage[] };
    expect(changes.length).toBeGreaterThan(0);
    for (const { what, file, find, replace } of changes) {
      expect([what, readFileSync(join(ROOT, file), 'utf8').split(find).length - 1]).toEqual([what, 1]);
      expect(replace).not.toBe(find);
    }
  });

  it('changes each Postgres function in the last migration that defines it', async () => {
    const { default: changes } = (await import(join(APP, name))) as { default: Sabotage[] };
    for (const { what, file, find } of changes) {
      if (file.startsWith('prisma/migrations/'))
        expect([what, file]).toEqual([what, lastMigrationOf(file, find) ?? file]);
    }
  });
});
