// Which file may import which (docs/adr/0001-layers.md). `npm run check` fails where one does otherwise, and
// apps/api/test/architecture/boundaries.spec.ts breaks each rule once.

const SRC = '^apps/api/src/';

// From the lowest layer up. A module may import modules of the layers above its own line here, never one of its own layer or of a later line.
const LAYERS = [
  ['config', 'audit-proof'],
  ['common'],
  ['rate-limit'],
  // The rules of keys know no database, and the database knows no keys.
  ['keys', 'database'],
  ['operators'],
  ['audit-log', 'audit-verification', 'sessions', 'workspaces'],
  ['coordinators'],
  ['jobs', 'key-revocation', 'webhooks'],
  ['coordinator-integration', 'stitcher', 'health', 'console', 'overview'],
];
const MODULES = LAYERS.flat();

// The same inside common/: its folders, and the files beside them.
const COMMON_LAYERS = [
  ['exact-json', 'json-schema', 'kept-file', 'logging'],
  ['metrics', 'problems'],
  ['access', 'recurring-task'],
  ['http'],
  ['openapi'],
  ['validation'],
  ['pagination'],
];
const COMMON_COMPOSITION = ['common.module', 'request-providers'];

const direction = [...directions(LAYERS, SRC, ''), ...directions(COMMON_LAYERS, `${SRC}common/`, 'common-')];

/** One rule for each name: it may import itself and the layers before its own. A single name on top may import all. */
function directions(layers, folder, prefix) {
  const ruled = layers.at(-1).length > 1 ? layers : layers.slice(0, -1);
  return ruled.flatMap((layer, level) =>
    layer.map((name) => ({
      name: `direction-${prefix}${name}`,
      comment: `${name} may import only ${layers.slice(0, level).flat().join(', ') || 'itself'}`,
      severity: 'error',
      from: { path: `${folder}${name}(/|\\.ts$)` },
      to: {
        path: `${folder}(${layers.slice(level).flat().join('|')})(/|\\.ts$)`,
        pathNot: `${folder}${name}(/|\\.ts$)`,
      },
    })),
  );
}

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...direction,
    {
      name: 'proof-imports-only-node',
      comment: 'audit-proof/ holds the formats that outsiders verify: it imports nothing but Node',
      severity: 'error',
      from: { path: `${SRC}audit-proof/` },
      to: { pathNot: `${SRC}audit-proof/`, dependencyTypesNot: ['core'] },
    },
    {
      name: 'verification-of-exports-imports-only-node',
      comment:
        'the command line takes it without the server: only the verification of a database may use one',
      severity: 'error',
      from: {
        path: `${SRC}audit-verification/`,
        pathNot: '/(database-verification|log-snapshot\\.repository|[^/]+\\.spec)\\.ts$',
      },
      to: {
        pathNot: `${SRC}audit-(proof/|verification/(?!database-verification|log-snapshot))`,
        dependencyTypesNot: ['core'],
      },
    },
    {
      name: 'modules-are-listed',
      comment: 'a new folder under src/ is added to LAYERS first',
      severity: 'error',
      from: { path: `${SRC}[^/]+/`, pathNot: `${SRC}(${[...MODULES, 'generated'].join('|')})/` },
      to: {},
    },
    {
      name: 'common-is-listed',
      comment: 'a new folder or file of common/ is added to COMMON_LAYERS first',
      severity: 'error',
      from: {
        path: `${SRC}common/`,
        pathNot: `${SRC}common/(${[...COMMON_LAYERS.flat(), ...COMMON_COMPOSITION].join('|')})(/|\\.ts$)`,
      },
      to: {},
    },
    {
      name: 'common-composition-is-on-top',
      comment: 'these files compose the folders of common/; nothing else in it imports them',
      severity: 'error',
      from: { path: `${SRC}common/`, pathNot: `${SRC}common/(${COMMON_COMPOSITION.join('|')})\\.ts$` },
      to: { path: `${SRC}common/(${COMMON_COMPOSITION.join('|')})\\.ts$` },
    },
    {
      name: 'composition-is-on-top',
      comment: 'main.ts, app.module.ts and the commands compose the modules; no module imports them',
      severity: 'error',
      from: { path: `${SRC}[^/]+/` },
      to: { path: `${SRC}[^/]+\\.ts$` },
    },
    {
      name: 'nothing-imports-main',
      comment: 'importing main.ts would start a server',
      severity: 'error',
      from: {},
      to: { path: `${SRC}main\\.ts$` },
    },
    {
      name: 'no-cycle',
      comment: 'two files that need each other are one file, or need a third',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'prisma-in-repositories',
      comment: 'controller → service → repository → Postgres: only a repository has the client',
      severity: 'error',
      from: { path: SRC, pathNot: [`${SRC}(database|generated)/`, '\\.repository\\.ts$'] },
      to: { path: `${SRC}database/prisma\\.service\\.ts$` },
    },
    {
      name: 'sql-in-its-files',
      comment:
        'SQL stands in x.repository.ts, in x.statement.ts that one uses, or with the row it answers in x-row.ts',
      severity: 'error',
      from: {
        path: SRC,
        pathNot: [`${SRC}(database|generated)/`, '\\.(repository|statement)\\.ts$', '-row\\.ts$'],
      },
      to: { path: [`${SRC}generated/`, '(^|/)node_modules/(@prisma|pg)/'] },
    },
    {
      name: 'controllers-ask-services',
      comment: 'a controller that talks to a repository leaves the rules out',
      severity: 'error',
      from: { path: '\\.controller\\.ts$' },
      to: { path: '\\.repository\\.ts$' },
    },
    {
      name: 'repositories-know-no-http',
      comment: 'a repository answers domain types and domain errors',
      severity: 'error',
      from: { path: '\\.(repository|statement)\\.ts$' },
      to: {
        path: ['\\.(controller|service|guard|decorator)\\.ts$', '(^|/)node_modules/fastify/'],
        pathNot: `${SRC}database/prisma\\.service\\.ts$`,
      },
    },
    {
      name: 'private-to-the-module',
      comment: 'controllers and database/embedded/ are imported only inside their own module',
      severity: 'error',
      from: { path: `${SRC}([^/]+)/` },
      to: { path: [`${SRC}database/embedded/`, '\\.controller\\.ts$'], pathNot: `${SRC}$1/` },
    },
    {
      name: 'environment-through-config',
      comment: 'process.env is barred by the linter; this bars the other way to it',
      severity: 'error',
      from: { path: SRC, pathNot: `${SRC}config/` },
      to: { path: '^(node:)?process$' },
    },
    {
      name: 'no-tests-in-production',
      severity: 'error',
      from: { path: SRC },
      to: { pathNot: [SRC, '(^|/)node_modules/'], dependencyTypes: ['local'] },
    },
    {
      name: 'declared-packages',
      comment: 'what src/ imports stands under dependencies in apps/api/package.json',
      severity: 'error',
      from: { path: SRC },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: { path: SRC },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    combinedDependencies: true,
    doNotFollow: { path: ['node_modules', `${SRC}generated/`] },
    exclude: { path: '\\.spec\\.ts$' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
    },
  },
};
