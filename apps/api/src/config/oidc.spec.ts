import { describe, expect, it } from '@jest/globals';
import { loadConfig } from './app-config.js';
import { ConfigurationError } from './configuration.error.js';

const WORKSPACE = '0198C0DE-0000-7c11-9d2e-5f60718293a4';
const OIDC = {
  OIDC_ISSUER: 'https://id.example.com/tenant',
  OIDC_CLIENT_ID: 'registry',
  OIDC_CLIENT_SECRET: 'secret',
  OIDC_OPERATORS: JSON.stringify([{ claim: 'groups', value: 'admins', role: 'ADMIN' }]),
};

function problemsOf(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    loadConfig({ ...OIDC, ...env });
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

describe('OIDC_*', () => {
  it('is a provider, with rules in their order', () => {
    const rules = [
      { claim: 'groups', value: 'admins', role: 'ADMIN' },
      { claim: 'groups', value: 'shop', role: 'OPERATOR', workspaceIds: [WORKSPACE, WORKSPACE] },
      { claim: 'sub', value: 'someone', role: 'AUDITOR', workspaceIds: null },
    ];
    expect(loadConfig({ ...OIDC, OIDC_OPERATORS: JSON.stringify(rules) }).oidc).toEqual({
      issuer: new URL('https://id.example.com/tenant'),
      clientId: 'registry',
      clientSecret: 'secret',
      scope: 'openid profile email',
      rules: [
        { claim: 'groups', value: 'admins', role: 'ADMIN', workspaceIds: null },
        { claim: 'groups', value: 'shop', role: 'OPERATOR', workspaceIds: [WORKSPACE.toLowerCase()] },
        { claim: 'sub', value: 'someone', role: 'AUDITOR', workspaceIds: null },
      ],
    });
  });

  it.each(Object.keys(OIDC))('is refused without %s', (name) => {
    expect(problemsOf({ [name]: '' })).toEqual([
      `${name} must be set too: OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, OIDC_OPERATORS are set together or not at all`,
    ]);
  });

  it('names all that is missing', () => {
    expect(problemsOf({ OIDC_CLIENT_ID: '', OIDC_CLIENT_SECRET: '' })).toEqual([
      expect.stringMatching(/^OIDC_CLIENT_ID, OIDC_CLIENT_SECRET must be set too: /),
    ]);
  });

  it.each(['http://localhost:8080', 'http://127.0.0.1', 'http://127.9.9.9:1', 'http://[::1]:8080'])(
    'takes the issuer %s on this machine',
    (OIDC_ISSUER) => {
      expect(problemsOf({ OIDC_ISSUER })).toEqual([]);
    },
  );

  it.each([
    'id.example.com',
    'http://id.example.com',
    'http://localhost.example.com',
    'http://127.0.0.1.example.com',
    'http://10.0.0.1',
    'ftp://localhost',
    'https://user@id.example.com',
    'https://id.example.com?tenant=1',
    'https://id.example.com#one',
  ])('refuses the issuer %s', (OIDC_ISSUER) => {
    expect(problemsOf({ OIDC_ISSUER })).toEqual([expect.stringMatching(/^OIDC_ISSUER must be an https URL/)]);
  });

  it.each(['profile', 'openid  profile', 'openid "x"', 'openidx'])('refuses the scope %s', (OIDC_SCOPE) => {
    expect(problemsOf({ OIDC_SCOPE })).toEqual([expect.stringMatching(/^OIDC_SCOPE must be scopes/)]);
  });

  const rule = { claim: 'groups', value: 'shop', role: 'OPERATOR', workspaceIds: null };
  it.each([
    ['{', 'must be a JSON array'],
    ['{}', 'must be a JSON array'],
    ['[]', 'must be a JSON array'],
    ['[null]', '[0] must be an object'],
    [[rule, { ...rule, roles: [] }], '[1] must have no other members'],
    [[{ ...rule, claim: '' }], '[0] claim must be the name of a claim'],
    [[{ ...rule, value: true }], '[0] value must be a text'],
    [[{ ...rule, role: 'admin' }], '[0] role must be one of ADMIN, OPERATOR, AUDITOR'],
    [[{ ...rule, role: 'ADMIN', workspaceIds: [] }], '[0] workspaceIds cannot limit an ADMIN'],
    [[{ ...rule, workspaceIds: undefined }], '[0] workspaceIds must name the workspaces of an OPERATOR'],
    [[{ ...rule, workspaceIds: [1] }], '[0] workspaceIds must name the workspaces of an OPERATOR'],
    [[{ ...rule, workspaceIds: ['shop'] }], '[0] workspaceIds must be ids of workspaces (UUIDs)'],
  ])('refuses the rules %j', (rules, fault) => {
    const text = typeof rules === 'string' ? rules : JSON.stringify(rules);
    const [problem, ...others] = problemsOf({ OIDC_OPERATORS: text });
    expect(problem?.startsWith(`OIDC_OPERATORS ${fault}`)).toBe(true);
    expect(others).toEqual([]);
  });
});
