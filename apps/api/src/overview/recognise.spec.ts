import { describe, expect, it } from '@jest/globals';
import type { Recognised } from './found.js';
import { holdsSecret, recognise } from './recognise.js';

const ID = '0198c0de-3333-7c11-9d2e-5f60718293a4';
const KID = '0A1b2C3d4E5f6G7h';

describe('recognise', () => {
  it.each<[string, Recognised]>([
    [ID, { id: ID, requestId: ID }],
    [` ${ID}\n`, { id: ID, requestId: ID }],
    [KID, { kid: KID, requestId: KID, name: KID }],
    [KID.slice(0, 6), { kid: '0A1b2C', requestId: '0A1b2C', name: '0A1b2C' }],
    [`crk_${KID}`, { kid: KID, requestId: `crk_${KID}`, name: `crk_${KID}` }],
    [`crk_${KID}_`, { kid: KID, requestId: `crk_${KID}_`, name: `crk_${KID}_` }],
    ['acme/shop#42', { repository: 'acme/shop', issueNumber: 42 }],
    ['https://git.example/Acme/Shop/issues/42', { repository: 'acme/shop', issueNumber: 42 }],
    ['https://git.example/acme/shop/pull/42/files', { repository: 'acme/shop', issueNumber: 42 }],
    ['Acme/Shop', { repository: 'acme/shop', name: 'Acme/Shop' }],
    ['deploy-42', { requestId: 'deploy-42', name: 'deploy-42' }],
    ['two words', { name: 'two words' }],
    ['acme/shop#99999999999', { name: 'acme/shop#99999999999' }],
    [' ', {}],
  ])('%j', (text, recognised) => {
    expect(recognise(text)).toEqual(recognised);
  });
});

it.each([
  [`crk_${KID}_${'s'.repeat(49)}`, true],
  [`my key: cro_${KID}_${'s'.repeat(20)} …`, true],
  [`crk_${KID}_${'s'.repeat(19)}`, false],
  [`crk_${KID}`, false],
  [KID, false],
])('%j holds a secret: %s', (text, holds) => {
  expect(holdsSecret(text)).toBe(holds);
});
