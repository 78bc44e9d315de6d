import { readFileSync } from 'node:fs';
import { UsageError } from './exit-codes.js';
import { addCompletion, createProgram } from './program.js';
import { report } from './report.js';

/** A whole key: what comes behind the kid is secret. */
const SECRET = /cr[ko]_[0-9A-Za-z]{16}_[0-9A-Za-z]/;

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
// Also if the options cannot be parsed.
const isJson = process.argv.includes('--json');

try {
  if (process.argv.some((it) => SECRET.test(it))) {
    throw new UsageError(
      'There is a whole key among the arguments, and so perhaps in the history of your shell: replace it. Commands take its kid, the part between the underscores.',
    );
  }
  const program = createProgram(version, isJson);
  addCompletion(program);
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error, isJson);
}
