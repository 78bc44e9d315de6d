// `npm run migration -- <name>`: writes a new migration with the functions in prisma/functions that differ from the migrations so far.
// With --check: fails if there are such functions, if a released migration has changed, or if a later one does not say whether servers of the
// last release run on with it.
// With --release <tag>: names that tag as the last release, freezes its migrations, and keeps what its docs/openapi.json promises.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { promisesOf } from './openapi-promises.mjs';

const PRISMA = fileURLToPath(new URL('../prisma', import.meta.url));
const NAME = /^[a-z0-9_]+$/;
/** A line of each migration after the release: yes, if servers of the release keep running with it; no, if all must be stopped first. */
const ROLLING = /^-- Rolling upgrade: (yes|no, .+)$/m;

const { values, positionals } = parseArgs({
  options: { check: { type: 'boolean', default: false }, release: { type: 'string' } },
  allowPositionals: true,
});
const migrations = readdirSync(`${PRISMA}/migrations`, { withFileTypes: true })
  .filter((it) => it.isDirectory())
  .map(({ name }) => ({ name, sql: readFileSync(`${PRISMA}/migrations/${name}/migration.sql`, 'utf8') }))
  .sort((one, other) => (one.name < other.name ? -1 : 1));
const changed = changedFunctions();
if (values.check) check();
else if (values.release !== undefined) release(values.release);
else write(positionals[0] ?? '');

/** @returns {{ name: string, sql: string }[]} whose text is not in the last migration that defines them */
function changedFunctions() {
  const newestFirst = migrations.map(({ sql }) => sql).reverse();
  return readdirSync(`${PRISMA}/functions`)
    .map((file) => ({
      name: file.replace(/\.sql$/, ''),
      sql: readFileSync(`${PRISMA}/functions/${file}`, 'utf8'),
    }))
    .filter(
      ({ name, sql }) =>
        !newestFirst.find((it) => it.includes(`CREATE OR REPLACE FUNCTION public.${name}(`))?.includes(sql),
    );
}

function check() {
  const problems = [];
  if (changed.length > 0) {
    const names = changed.map(({ name }) => name).join(', ');
    problems.push(
      `prisma/functions has changes that are in no migration: ${names}\nRun: npm run migration -- <name>`,
    );
  }
  const released = JSON.parse(readFileSync(`${PRISMA}/released.json`, 'utf8')).migrations;
  for (const [name, sha256] of Object.entries(released)) {
    const sql = migrations.find((it) => it.name === name)?.sql ?? '';
    if (sha256Of(sql) !== sha256) {
      problems.push(`${name} is released, and must not change: make a further migration`);
    }
  }
  for (const { name, sql } of migrations) {
    if (!(name in released) && !ROLLING.test(sql)) {
      problems.push(`${name} has no line "-- Rolling upgrade: yes" or "-- Rolling upgrade: no, <why>"`);
    }
  }
  if (problems.length === 0) return;
  process.stderr.write(`${problems.join('\n')}\n`);
  process.exitCode = 1;
}

function release(tag) {
  const commit = execFileSync('git', ['rev-parse', `${tag}^{commit}`], {
    cwd: PRISMA,
    encoding: 'utf8',
  }).trim();
  const frozen = Object.fromEntries(migrations.map(({ name, sql }) => [name, sha256Of(sql)]));
  const text = JSON.stringify({ version: tag.replace(/^v/, ''), commit, migrations: frozen }, undefined, 2);
  writeFileSync(`${PRISMA}/released.json`, `${text}\n`);
  const openapi = execFileSync('git', ['show', `${commit}:docs/openapi.json`], {
    cwd: PRISMA,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  writeFileSync(`${PRISMA}/../docs/released-api.txt`, `${promisesOf(JSON.parse(openapi)).join('\n')}\n`);
}

function sha256Of(text) {
  return createHash('sha256').update(text).digest('hex');
}

function write(name) {
  if (!NAME.test(name)) {
    process.stderr.write(
      'usage: npm run migration -- <name of lower-case letters, digits and underscores>\n',
    );
    process.exitCode = 2;
    return;
  }
  const now = Number(new Date().toISOString().replace(/\D/g, '').slice(0, 14));
  // Later than the last migration, also if the clock of its author was ahead.
  const stamp = Math.max(now, Number(migrations.at(-1)?.name.slice(0, 14) ?? 0) + 1);
  const directory = `${PRISMA}/migrations/${stamp}_${name}`;
  mkdirSync(directory);
  writeFileSync(
    `${directory}/migration.sql`,
    `-- Rolling upgrade: ?\n\n${changed.map(({ sql }) => sql).join('\n')}`,
  );
  process.stdout.write(`${directory}/migration.sql\n`);
}
