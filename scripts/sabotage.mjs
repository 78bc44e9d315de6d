// `npm run test:sabotage [-- part of a path]`: breaks the product on purpose and shows which test fails.
//
// `<test>.sabotage.mjs` beside a test file lists one-line changes that this test must catch. Each change is made in a copy of the
// checkout, the copy is built, and the test runs there. A change that no test catches fails this command. So does a test that fails
// without a change.

import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const API = 'apps/api';
const SABOTAGE = /\.sabotage\.mjs$/;
const [wanted = ''] = process.argv.slice(2);

const copy = mkdtempSync(join(tmpdir(), 'registry-sabotage-'));
let survived = 0;
try {
  copyCheckout();
  for (const test of sabotagedTests()) {
    const failing = failuresOf(test.name);
    if (failing.length > 0) throw new Error(`${test.name} fails without a change: ${failing.join(', ')}`);
    const { default: changes } = await import(pathToFileURL(join(ROOT, test.sabotage)).href);
    for (const change of changes) {
      const caught = catchers(test.name, change);
      if (caught.length === 0) survived += 1;
      say(`${caught.length === 0 ? 'SURVIVED' : 'caught'}: ${change.what} (${change.file})`);
      for (const by of caught) say(`    ${by}`);
    }
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
say(survived === 0 ? 'Every change was caught.' : `${survived} change(s) survived.`);
process.exitCode = survived === 0 ? 0 : 1;

/** The tracked files and the new ones, as they are now. Dependencies are linked. */
function copyCheckout() {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  for (const file of listed.split('\0').filter(Boolean)) cpSync(join(ROOT, file), join(copy, file));
  const workspaces = ['apps', 'packages']
    .filter((folder) => existsSync(join(ROOT, folder)))
    .flatMap((folder) => readdirSync(join(ROOT, folder)).map((name) => join(folder, name)));
  for (const folder of ['.', ...workspaces]) {
    const modules = join(ROOT, folder, 'node_modules');
    if (existsSync(modules)) symlinkSync(modules, join(copy, folder, 'node_modules'));
  }
}

function sabotagedTests() {
  const names = readdirSync(join(ROOT, API), { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => SABOTAGE.test(name) && !name.includes('node_modules') && name.includes(wanted))
    .sort()
    .map((name) => {
      const start = name.replace(SABOTAGE, '.');
      const test = names.find(
        (it) => it.startsWith(start) && /\.(spec|e2e|integration|fleet|faults|soak)\.ts$/.test(it),
      );
      if (test === undefined) throw new Error(`no test beside ${name}`);
      return { sabotage: join(API, name), name: test };
    });
}

/** @returns the names of the tests that fail once the change is made */
function catchers(test, { file, find, replace }) {
  const path = join(copy, file);
  const intact = readFileSync(path, 'utf8');
  const parts = intact.split(find);
  if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times: ${find}`);
  writeFileSync(path, parts.join(replace));
  try {
    return failuresOf(test);
  } finally {
    writeFileSync(path, intact);
  }
}

/** @returns the names of the tests of one file that fail in the copy */
function failuresOf(test) {
  const built = run('npm', ['run', '--silent', 'build']);
  if (built.status !== 0) return ['the build'];
  const report = join(copy, 'sabotage-report.json');
  rmSync(report, { force: true });
  const [, kind] = /\.(fleet|faults|soak)\.ts$/.exec(test) ?? [];
  const config = kind === undefined ? [] : ['--config', `jest.${kind}.config.js`];
  const options = [...config, '--runTestsByPath', test, '--json', `--outputFile=${report}`];
  run('npm', ['test', '-w', API, '--', ...options]);
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
  return testResults.flatMap(({ assertionResults, status, message }) => {
    const failed = assertionResults.filter((it) => it.status === 'failed').map((it) => it.fullName);
    return status === 'failed' && failed.length === 0
      ? [`the file did not run: ${message.split('\n')[0]}`]
      : failed;
  });
}

function run(command, args) {
  return spawnSync(command, args, { cwd: copy, encoding: 'utf8', stdio: ['ignore', 'ignore', 'ignore'] });
}

function say(line) {
  process.stdout.write(`${line}\n`);
}
