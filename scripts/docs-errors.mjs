// Writes docs/errors.md from the table of problems; with --check, fails where the file lags. Reads the build.
import { readFileSync, writeFileSync } from 'node:fs';
import { renderProblemReference } from '../apps/api/dist/common/problems/problem-page.js';

const path = new URL('../docs/errors.md', import.meta.url);
const text = renderProblemReference();
if (!process.argv.includes('--check')) writeFileSync(path, text);
else if (readFileSync(path, 'utf8') !== text) {
  process.stderr.write('docs/errors.md lags: npm run docs:errors\n');
  process.exit(1);
}
