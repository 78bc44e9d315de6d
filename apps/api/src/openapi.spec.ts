import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { REPOSITORY_ROOT } from './config/environment.js';
import { renderOpenApi } from './openapi.js';

it('docs/openapi.json is what the routes say (npm run docs)', async () => {
  const written = readFileSync(join(REPOSITORY_ROOT, 'docs/openapi.json'), 'utf8');
  // Compared as values, whose difference can be read.
  expect(JSON.parse(await renderOpenApi())).toEqual(JSON.parse(written));
});
