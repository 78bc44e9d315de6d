import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { breakingChanges, promisesOf } from '../../../../scripts/openapi-promises.mjs';
import { DOCUMENT } from '../support/contract.js';
import { ROOT } from '../support/server-process.js';

const read = (file: string) => readFileSync(join(ROOT, 'docs', file), 'utf8');
const present = promisesOf(DOCUMENT);

/** The document with a change. */
function changed(change: (document: typeof EXAMPLE) => void): string[] {
  const document = structuredClone(EXAMPLE);
  change(document);
  return breakingChanges(promisesOf(EXAMPLE), promisesOf(document));
}

describe('docs/openapi.json', () => {
  it('breaks no promise of the last release, but for those in docs/api-changes.md', () => {
    const released = read('released-api.txt').trimEnd().split('\n');
    expect(released.length).toBeGreaterThan(1_000);
    const written = [...read('api-changes.md').matchAll(/^\| `((?:gone|new): [^`]+)` \|/gm)].map(
      ([, it]) => it,
    );
    expect(breakingChanges(released, present)).toEqual(written.sort());
  });
});

const EXAMPLE = {
  paths: {
    '/things/{id}': {
      patch: {
        operationId: 'thingsChange',
        parameters: [
          { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
          { name: 'dry', in: 'query', required: false, schema: { type: 'boolean' } },
        ],
        requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Change' } } } },
        responses: {
          200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } } },
        },
      },
      get: undefined as object | undefined,
    },
  },
  components: {
    schemas: {
      Change: {
        required: ['name'],
        properties: { name: { type: 'string' }, colour: { type: 'string', enum: ['red', 'blue'] } },
      },
      Unused: { required: [], properties: {} },
      Base: { required: ['id'], properties: { id: { type: 'string' } } },
      Thing: {
        allOf: [{ $ref: '#/components/schemas/Base' }],
        required: ['name'],
        properties: { name: { type: ['string', 'null'] }, size: { type: 'integer' } },
      },
    } as Record<string, { required: string[]; properties: Record<string, object> }>,
  },
};

describe('breakingChanges', () => {
  const { patch } = EXAMPLE.paths['/things/{id}'];
  const of = (document: typeof EXAMPLE, name: string) => {
    const schema = document.components.schemas[name];
    if (schema === undefined) throw new Error(`no ${name}`);
    return schema;
  };

  it.each<[string, (document: typeof EXAMPLE) => void, string[]]>([
    [
      'a removed path',
      (it) => Reflect.deleteProperty(it.paths, '/things/{id}'),
      ['gone: route PATCH /things/{id} is thingsChange'],
    ],
    [
      'a renamed operation',
      (it) => {
        it.paths['/things/{id}'].patch.operationId = 'other';
      },
      ['gone: route PATCH /things/{id} is thingsChange'],
    ],
    [
      'a removed schema',
      (it) => Reflect.deleteProperty(it.components.schemas, 'Unused'),
      ['gone: schema Unused'],
    ],
    [
      'a removed member of an answer',
      (it) => Reflect.deleteProperty(of(it, 'Thing').properties, 'size'),
      ['gone: type Thing.size: integer'],
    ],
    [
      'a member that its base had',
      (it) => Reflect.deleteProperty(of(it, 'Base').properties, 'id'),
      ['gone: type Thing.id: string'],
    ],
    [
      'a member that may be missing',
      (it) => {
        of(it, 'Thing').required = [];
      },
      ['gone: always Thing.name'],
    ],
    [
      'a changed type',
      (it) => {
        of(it, 'Thing').properties.name = { type: 'string' };
      },
      ['gone: type Thing.name: null | string'],
    ],
    [
      'a value that is not taken any more',
      (it) => {
        of(it, 'Change').properties.colour = { type: 'string', enum: ['red'] };
      },
      ['gone: value Change.colour blue'],
    ],
    [
      'a member that a request now needs',
      (it) => {
        of(it, 'Change').required.push('colour');
      },
      ['new: demands Change.colour'],
    ],
    [
      'a parameter that a request now needs',
      (it) => {
        Object.assign(it.paths['/things/{id}'].patch.parameters[1] ?? {}, { required: true });
      },
      ['new: demands PATCH /things/{id} query dry'],
    ],
  ])('finds %s', (_, change, found) => {
    expect(changed(change)).toEqual(expect.arrayContaining(found));
  });

  it.each<[string, (document: typeof EXAMPLE) => void]>([
    [
      'a new route that demands something',
      (it) => {
        it.paths['/things/{id}'].get = { ...patch, operationId: 'thingsFind' };
      },
    ],
    [
      'a new optional member of a request',
      (it) => {
        of(it, 'Change').properties.size = { type: 'integer' };
      },
    ],
    [
      'a new member of an answer',
      (it) => {
        of(it, 'Thing').properties.colour = { type: 'string' };
        of(it, 'Thing').required.push('colour');
      },
    ],
    [
      'a member that a request need not have any more',
      (it) => {
        of(it, 'Change').required = [];
      },
    ],
    [
      'a new value',
      (it) => {
        of(it, 'Change').properties.colour = { type: 'string', enum: ['red', 'blue', 'green'] };
      },
    ],
  ])('accepts %s', (_, change) => {
    expect(changed(change)).toEqual([]);
  });
});
