import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { PROBLEM_CODES } from './common/problems/catalogue.js';
import { REPOSITORY_ROOT } from './config/environment.js';
import { renderOpenApi } from './openapi.js';

describe('docs/openapi.json', () => {
  const written = readFileSync(join(REPOSITORY_ROOT, 'docs/openapi.json'), 'utf8');

  it('is generated from the routes (npm run docs)', async () => {
    // Compared as values, whose difference can be read.
    expect(JSON.parse(await renderOpenApi())).toEqual(JSON.parse(written));
  });

  it('contains every problem, at its routes or in the introduction', () => {
    const { info, paths, components } = JSON.parse(written);
    const { '/problems/{code}': page, ...others } = paths;
    const atRoutes = JSON.stringify([others, components.responses]);
    const isAtRoute = (code: string) => atRoutes.includes(`"${code}"`);
    const absent = PROBLEM_CODES.filter((it) => !isAtRoute(it) && !info.description.includes(`\`${it}\``));
    // A route without a declaration is in no document.
    expect(absent).toEqual(['route-undeclared']);
    expect(page.get.parameters[0].schema).toEqual({ $ref: '#/components/schemas/ProblemCode' });
    expect(components.schemas.ProblemCode.enum).toEqual(PROBLEM_CODES);
  });
});
