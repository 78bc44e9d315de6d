// `npm run migration -- <name>`: makes a new migration of the functions in prisma/functions that differ from the migrations so far.
// With --check: fails if there are such functions.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const PRISMA = fileURLToPath(new URL('../prisma', import.meta.url));
const NAME = /^[a-z0-9_]+$/;

const { values, positionals } = parseArgs({
  options: { check: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const changed = changedFunctions();
if (values.check) check();
else write(positionals[0] ?? '');

/** @returns {{ name: string, sql: string }[]} whose text is not in the last migration that defines them */
function changedFunctions() {
  const migrations = readdirSync(`${PRISMA}/migrations`, { withFileTypes: true })
    .filter((it) => it.isDirectory())
    .map(({ name }) => readFileSync(`${PRISMA}/migrations/${name}/migration.sql`, 'utf8'))
    .reverse();
  return readdirSync(`${PRISMA}/functions`)
    .map((file) => ({
      name: file.replace(/\.sql$/, ''),
      sql: readFileSync(`${PRISMA}/functions/${file}`, 'utf8'),
    }))
    .filter(
      ({ name, sql }) =>
        !migrations.find((it) => it.includes(`CREATE OR REPLACE FUNCTION public.${name}(`))?.includes(sql),
    );
}

function check() {
  if (changed.length === 0) return;
  const names = changed.map(({ name }) => name).join(', ');
  process.stderr.write(
    `prisma/functions has changes that are in no migration: ${names}\nRun: npm run migration -- <name>\n`,
  );
  process.exitCode = 1;
}

function write(name) {
  if (!NAME.test(name)) {
    process.stderr.write(
      'usage: npm run migration -- <name of lower-case letters, digits and underscores>\n',
    );
    process.exitCode = 2;
    return;
  }
  const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  const directory = `${PRISMA}/migrations/${stamp}_${name}`;
  mkdirSync(directory);
  writeFileSync(`${directory}/migration.sql`, changed.map(({ sql }) => sql).join('\n'));
  process.stdout.write(`${directory}/migration.sql\n`);
}
