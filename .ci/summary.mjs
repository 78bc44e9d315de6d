// Prints what failed, what was skipped, and the true counts of all tests as the last line. Exits 1 unless everything passed.
//
//   node .ci/summary.mjs <file of failed steps> <report of Jest or Playwright> …
import { readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';

const [stepsFile, ...reports] = process.argv.slice(2);
/** Lines of a failure's message. A log that keeps only its end still says what went wrong. */
const MESSAGE_LINES = 12;
const problems = readFileSync(stepsFile, 'utf8').split('\n').filter(Boolean);
let passed = 0;
let failed = 0;

for (const path of reports) {
  let report;
  try {
    report = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    failed += 1;
    problems.push(`no report of a test run: ${error.message}`);
    continue;
  }
  if (report.suites !== undefined) {
    countPlaywright(path, report);
    continue;
  }
  passed += report.numPassedTests;
  failed += report.numFailedTests;
  if (report.numPassedTests === 0) problems.push(`no test ran: ${path}`);
  for (const suite of report.testResults) {
    const name = suite.name.slice(suite.name.indexOf('/apps/') + 1);
    if (suite.status === 'failed' && suite.assertionResults.every(({ status }) => status !== 'failed')) {
      failed += 1;
      problems.push(`the file did not run: ${name}`);
    }
    for (const test of suite.assertionResults) {
      if (test.status === 'failed')
        problems.push(`failed: ${name}: ${test.fullName}`, ...firstLines(test.failureMessages.join('\n')));
      else if (test.status !== 'passed') problems.push(`not run (${test.status}): ${name}: ${test.fullName}`);
    }
  }
}

/** A report of the browser tests. A test that passed only when it was repeated did not pass. */
function countPlaywright(path, { suites, stats, errors }) {
  passed += stats.expected;
  failed += stats.unexpected + stats.flaky;
  if (stats.expected === 0) problems.push(`no test ran: ${path}`);
  for (const { message } of errors) {
    failed += 1;
    problems.push('the browser tests did not run:', ...firstLines(message));
  }
  for (const { name, test } of testsOf(suites, '')) {
    if (test.status === 'expected') continue;
    problems.push(
      `${test.status === 'skipped' ? 'not run (skipped)' : 'failed'}: ${name} (${test.projectName})`,
    );
    for (const { error } of test.results)
      if (error?.message !== undefined) problems.push(...firstLines(error.message));
  }
}

function testsOf(suites, above) {
  return suites.flatMap(({ title, specs, suites: inner = [] }) => {
    const name = above === '' ? `apps/console/test/${title}` : `${above}: ${title}`;
    const own = specs.flatMap((spec) => spec.tests.map((test) => ({ name: `${name}: ${spec.title}`, test })));
    return [...own, ...testsOf(inner, name)];
  });
}

function firstLines(message) {
  return stripVTControlCharacters(message)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, MESSAGE_LINES)
    .map((line) => `    ${line.slice(0, 300)}`);
}

process.stdout.write([...problems, `${passed} passed, ${failed} failed`, ''].join('\n'));
process.exitCode = problems.length > 0 || failed > 0 ? 1 : 0;
