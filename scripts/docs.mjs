// Writes docs/errors.md from the catalogue of problems, docs/openapi.json from the routes, the types of both clients from that,
// docs/client-reference.md from the TypeScript client, docs/cli-reference.md from the command line, and docs/data-model.md from prisma/schema.prisma. With --check, fails if one of
// them is out of date, or if the linter finds something in docs/openapi.json. Reads the build.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import openapiTypes, { astToString } from 'openapi-typescript';
import { renderProblemReference } from '../apps/api/dist/common/openapi/problem-page.js';
import { renderOpenApi } from '../apps/api/dist/openapi.js';
import { renderCliReference } from './cli-reference.mjs';
import { renderClientReference } from './client-reference.mjs';
import { renderDataModel } from './data-model.mjs';
import { renderPythonTypes } from './python-types.mjs';

const OPENAPI = 'docs/openapi.json';
const openapi = await renderOpenApi();
/** In this order: the reference of the client shows what its types say. */
const made = {
  'docs/errors.md': renderProblemReference,
  [OPENAPI]: () => openapi,
  'packages/client/src/schema.ts': () => renderTypes(openapi),
  'docs/client-reference.md': renderClientReference,
  'docs/cli-reference.md': renderCliReference,
  'packages/client-python/coordinator_registry/schema.py': () => renderPythonTypes(JSON.parse(openapi)),
  'docs/data-model.md': () => renderDataModel(readFileSync(urlOf('prisma/schema.prisma'), 'utf8')),
};

const checking = process.argv.includes('--check');
const complaints = await lint(openapi);
for (const [path, render] of Object.entries(made)) {
  const text = await render();
  if (!checking) writeFileSync(urlOf(path), text);
  else if (!existsSync(urlOf(path)) || readFileSync(urlOf(path), 'utf8') !== text)
    complaints.push(`${path} is out of date: npm run docs`);
}
for (const it of complaints) process.stderr.write(`${it}\n`);
process.exitCode = complaints.length === 0 ? 0 : 1;

/** Without internal routes, and without the examples of whole bodies, which would be a fifth of the file. */
async function renderTypes(source) {
  const document = JSON.parse(source, (key, value) => {
    if (value?.['x-internal']) return undefined;
    if (key !== 'content') return value;
    return Object.fromEntries(Object.entries(value).map(([type, { schema }]) => [type, { schema }]));
  });
  const types = await openapiTypes(document, {
    rootTypes: true,
    rootTypesNoSchemaPrefix: true,
    defaultNonNullable: false,
  });
  return `/** Made from docs/openapi.json: npm run docs. */\n\n${astToString(types)}`;
}

async function lint(source) {
  const config = await createConfig({
    extends: ['recommended-strict'],
    rules: {
      // The product has no licence.
      'info-license': 'off',
      // OpenAPI prefers /jobs/claim to /jobs/{id}, as the server does.
      'no-ambiguous-paths': 'off',
      // GET / is a redirect.
      'operation-2xx-response': 'off',
      'no-invalid-schema-examples': 'error',
      'no-schema-type-mismatch': 'error',
      'no-required-schema-properties-undefined': 'error',
      'operation-operationId-unique': 'error',
      'response-contains-header': {
        severity: 'error',
        names: { '2xx': ['X-Request-Id'], '4xx': ['X-Request-Id'], '5xx': ['X-Request-Id'] },
      },
    },
  });
  const found = await lintFromString({ source, absoluteRef: fileURLToPath(urlOf(OPENAPI)), config });
  return found.map(
    ({ ruleId, message, location: [at] }) => `${OPENAPI}${at?.pointer ?? ''}: ${ruleId}: ${message}`,
  );
}

function urlOf(path) {
  return new URL(`../${path}`, import.meta.url);
}
