import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
const CRUISER = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
const BIOME = join(ROOT, 'node_modules/@biomejs/biome/bin/biome');

/** The rule, the file that breaks it, and how. Paths are under apps/api/src. */
const BREACHES: [rule: string, file: string, code: string][] = [
  ['direction-config', 'config/a.ts', "import '../common/http/ground.js';"],
  ['direction-common', 'common/http/a.ts', "import type { Ground } from '../../database/ground.js';"],
  ['direction-common-exact-json', 'common/exact-json.ts', "import './problems/ground.js';"],
  ['direction-common-json-schema', 'common/json-schema.ts', "import './openapi/ground.js';"],
  ['direction-common-kept-file', 'common/kept-file.ts', "import './http/ground.js';"],
  ['direction-common-logging', 'common/logging.ts', "import './metrics/ground.js';"],
  ['direction-common-metrics', 'common/metrics/a.ts', "import '../problems/ground.js';"],
  ['direction-common-problems', 'common/problems/a.ts', "import type { Ground } from '../http/ground.js';"],
  ['direction-common-access', 'common/access/a.ts', "import '../http/ground.js';"],
  ['direction-common-http', 'common/http/b.ts', "import '../openapi/ground.js';"],
  ['direction-common-openapi', 'common/openapi/a.ts', "import '../validation/ground.js';"],
  ['direction-common-validation', 'common/validation/a.ts', "import '../pagination/ground.js';"],
  ['direction-common-recurring-task', 'common/recurring-task.ts', "import './http/ground.js';"],
  ['common-composition-is-on-top', 'common/validation/b.ts', "import '../common.module.js';"],
  ['common-is-listed', 'common/attic/a.ts', "import '../problems/ground.js';"],
  ['direction-rate-limit', 'rate-limit/a.ts', "import '../database/ground.js';"],
  ['direction-keys', 'keys/a.ts', "import '../database/ground.js';"],
  ['direction-database', 'database/a.ts', "import '../keys/ground.js';"],
  ['direction-operators', 'operators/a.ts', "import '../audit-log/ground.js';"],
  ['direction-audit-log', 'audit-log/a.ts', "import '../workspaces/ground.js';"],
  ['direction-audit-verification', 'audit-verification/a.ts', "import '../audit-log/ground.js';"],
  ['direction-audit-proof', 'audit-proof/a.ts', "import '../config/ground.js';"],
  ['proof-imports-only-node', 'audit-proof/a.ts', "import '../config/ground.js';"],
  [
    'verification-of-exports-imports-only-node',
    'audit-verification/a.ts',
    "import '../audit-log/ground.js';",
  ],
  ['verification-of-exports-imports-only-node', 'audit-verification/b.ts', "import '../database/ground.js';"],
  [
    'verification-of-exports-imports-only-node',
    'audit-verification/c.ts',
    "import './log-snapshot.repository.js';",
  ],
  ['direction-workspaces', 'workspaces/a.ts', "import '../coordinators/ground.js';"],
  ['direction-coordinators', 'coordinators/a.ts', "import '../jobs/ground.js';"],
  ['direction-key-revocation', 'key-revocation/a.ts', "import '../webhooks/ground.js';"],
  ['direction-jobs', 'jobs/a.ts', "import '../stitcher/ground.js';"],
  ['direction-sessions', 'sessions/a.ts', "import '../audit-log/ground.js';"],
  ['direction-webhooks', 'webhooks/a.ts', "import '../jobs/ground.js';"],
  ['direction-stitcher', 'stitcher/a.ts', "import '../coordinator-integration/ground.js';"],
  ['direction-console', 'console/a.ts', "import '../health/ground.js';"],
  ['direction-overview', 'overview/a.ts', "import '../health/ground.js';"],
  ['direction-health', 'health/a.ts', "import '../stitcher/ground.js';"],
  [
    'direction-coordinator-integration',
    'coordinator-integration/a.ts',
    "export const later = () => import('../health/ground.js');",
  ],
  ['modules-are-listed', 'attic/a.ts', "import '../common/http/ground.js';"],
  ['composition-is-on-top', 'jobs/b.ts', "import '../app.module.js';"],
  ['nothing-imports-main', 'application.ts', "import './main.js';"],
  ['no-cycle', 'jobs/c.ts', "import './d.js';"],
  ['prisma-in-repositories', 'jobs/jobs.service.ts', "import '../database/prisma.service.js';"],
  ['sql-in-its-files', 'jobs/e.ts', "import { Prisma } from '../generated/prisma/client.js';"],
  ['sql-in-its-files', 'jobs/f.ts', "import pg from 'pg';"],
  ['controllers-ask-services', 'jobs/jobs.controller.ts', "import './jobs.repository.js';"],
  ['repositories-know-no-http', 'jobs/jobs.repository.ts', "import { FastifyReply } from 'fastify';"],
  ['private-to-the-module', 'stitcher/b.ts', "import '../jobs/other.controller.js';"],
  ['private-to-the-module', 'health/b.ts', "import '../database/embedded/ground.js';"],
  ['environment-through-config', 'jobs/g.ts', "import { env } from 'node:process';"],
  ['no-tests-in-production', 'jobs/h.ts', "import '../../test/support/app.js';"],
  ['declared-packages', 'jobs/i.ts', "import 'supertest';"],
  ['declared-packages', 'jobs/j.ts', "import 'undeclared';"],
  ['resolvable', 'jobs/k.ts', "import './gone.js';"],
];

/** What every rule lets through. */
const ALLOWED: [file: string, code: string][] = [
  ['main.ts', "import './app.module.js';"],
  ['app.module.ts', "import './health/ground.js'; import './coordinator-integration/ground.js';"],
  [
    'operators/operators.repository.ts',
    "import '../database/prisma.service.js'; import '../generated/prisma/client.js';",
  ],
  ['audit-log/log.statement.ts', "import '../generated/prisma/client.js'; import '../keys/ground.js';"],
  [
    'common/pagination/page.ts',
    "import '../validation/ground.js'; import '../openapi/ground.js'; import '../http/ground.js'; import '../access/ground.js';",
  ],
  ['database/embedded/server.ts', "import pg from 'pg'; import '../../config/ground.js';"],
  ['operators/operators.service.ts', "import './operators.repository.js'; import fastify from 'fastify';"],
];

const GROUND = [
  'config',
  'common/access',
  'common/http',
  'common/metrics',
  'common/openapi',
  'common/pagination',
  'common/problems',
  'common/validation',
  'rate-limit',
  'keys',
  'database',
  'database/embedded',
  'audit-log',
  'workspaces',
  'coordinators',
  'jobs',
  'webhooks',
  'coordinator-integration',
  'stitcher',
  'health',
].map((module): [string, string] => [`${module}/ground.ts`, 'export interface Ground {}']);

interface Cruise {
  summary: {
    violations: { from: string; rule: { name: string } }[];
    ruleSetUsed: { forbidden: { name: string }[] };
  };
}

describe('boundaries between modules', () => {
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'boundaries-'));
    const files: [string, string][] = [
      ...GROUND,
      ...ALLOWED,
      ...BREACHES.map(([, file, code]): [string, string] => [file, code]),
      ['jobs/d.ts', "import type { C } from './c.js';"],
      ['database/prisma.service.ts', 'export {};'],
      ['common/common.module.ts', "import './pagination/ground.js';"],
      ['generated/prisma/client.ts', 'export const Prisma = {};'],
      ['jobs/other.controller.ts', 'export {};'],
      ['audit-verification/log-snapshot.repository.ts', "import '../database/ground.js';"],
    ];
    const packages = ['pg', 'fastify', 'supertest', 'undeclared'];
    await Promise.all([
      ...files.map(([file, code]) => write(`apps/api/src/${file}`, code)),
      write('apps/api/test/support/app.ts', 'export {};'),
      write('package.json', '{ "name": "example" }'),
      write(
        'apps/api/package.json',
        JSON.stringify({ dependencies: { pg: '1', fastify: '1' }, devDependencies: { supertest: '1' } }),
      ),
      ...packages.flatMap((name) => [
        write(`node_modules/${name}/package.json`, JSON.stringify({ name, main: 'index.js' })),
        write(`node_modules/${name}/index.js`, 'module.exports = {};'),
      ]),
    ]);
  });

  afterAll(() => rm(directory, { recursive: true }));

  async function write(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
  }

  it('dependency-cruiser reports each planted breach of a rule, and nothing else', () => {
    const { violations, ruleSetUsed } = cruise();
    const found = violations.map(({ from, rule }) => `${rule.name}: ${from.replace('apps/api/src/', '')}`);
    expect([...new Set(found)].sort()).toEqual(BREACHES.map(([rule, file]) => `${rule}: ${file}`).sort());
    const tried = new Set(BREACHES.map(([rule]) => rule));
    expect(ruleSetUsed.forbidden.map(({ name }) => name).filter((name) => !tried.has(name))).toEqual([]);
  });

  function cruise(): Cruise['summary'] {
    const args = [CRUISER, 'apps/api/src', '--config', join(ROOT, '.dependency-cruiser.cjs')];
    const { stdout } = spawnSync(process.execPath, [...args, '--output-type', 'json'], {
      cwd: directory,
      encoding: 'utf8',
    });
    return (JSON.parse(stdout) as Cruise).summary;
  }

  it.each([
    ['apps/api/src/config/environment.ts', 0],
    ['apps/api/src/jobs/environment.ts', 1],
    ['apps/api/src/main.ts', 1],
  ])('Biome refuses process.env outside of config/: linting %s exits with %i', async (file, status) => {
    await write('biome.json', await readFile(join(ROOT, 'biome.json'), 'utf8'));
    await write('.gitignore', 'node_modules');
    await write(file, 'export const port = process.env.PORT;\n');
    const lint = spawnSync(process.execPath, [BIOME, 'lint', file], { cwd: directory, encoding: 'utf8' });
    expect({ status: lint.status, named: lint.stderr.includes('noProcessEnv') }).toEqual({
      status,
      named: status === 1,
    });
  });
});
