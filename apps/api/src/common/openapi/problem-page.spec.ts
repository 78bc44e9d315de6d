import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { PROBLEMS } from '../problems/catalogue.js';
import { renderProblemReference } from './problem-page.js';

describe('docs/errors.md', () => {
  it('is generated from the table of problems (npm run docs)', () => {
    const written = readFileSync(new URL('../../../../../docs/errors.md', import.meta.url), 'utf8');
    expect(written).toBe(renderProblemReference());
  });

  it('contains every code', () => {
    for (const code of Object.keys(PROBLEMS)) expect(renderProblemReference()).toContain(`## ${code}\n`);
  });
});
