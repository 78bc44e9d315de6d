import { describe, expect, it } from '@jest/globals';
import type { OidcRule } from '../../config/oidc.js';
import { claimedRights } from './claimed-rights.js';

const [ONE, TWO] = ['0198c0de-0000-7c11-9d2e-000000000001', '0198c0de-0000-7c11-9d2e-000000000002'] as const;

function rule(value: string, role: OidcRule['role'], workspaceIds: string[] | null = null): OidcRule {
  return { claim: 'groups', value, role, workspaceIds };
}

describe('claimedRights', () => {
  it('gives nothing without a match', () => {
    const rules = [rule('admins', 'ADMIN')];
    for (const groups of [undefined, null, [], '', 'admin', ['Admins'], { admins: true }, [['admins']], 1]) {
      expect(claimedRights(rules, { groups })).toBeUndefined();
    }
    expect(claimedRights(rules, {})).toBeUndefined();
  });

  it('takes a claim with one value and a list of values', () => {
    const rules = [rule('admins', 'ADMIN')];
    const rights = { role: 'ADMIN', workspaceIds: null };
    expect(claimedRights(rules, { groups: 'admins' })).toEqual(rights);
    expect(claimedRights(rules, { groups: ['staff', 'admins'] })).toEqual(rights);
  });

  it('lets the first match decide the role, and adds up the workspaces of this role', () => {
    const rules = [
      rule('one', 'OPERATOR', [ONE]),
      rule('audit', 'AUDITOR'),
      rule('two', 'OPERATOR', [TWO, ONE]),
      rule('all', 'OPERATOR'),
    ];
    const rightsOf = (...groups: string[]) => claimedRights(rules, { groups });
    expect(rightsOf('two', 'one', 'audit')).toEqual({ role: 'OPERATOR', workspaceIds: [ONE, TWO] });
    expect(rightsOf('two', 'audit')).toEqual({ role: 'AUDITOR', workspaceIds: null });
    expect(rightsOf('one', 'all')).toEqual({ role: 'OPERATOR', workspaceIds: null });
  });

  it('believes an e-mail address only if the provider has verified it', () => {
    const rules = [{ ...rule('ada@example.com', 'ADMIN'), claim: 'email' }];
    const email = 'ada@example.com';
    expect(claimedRights(rules, { email, email_verified: true })).toEqual({
      role: 'ADMIN',
      workspaceIds: null,
    });
    for (const email_verified of [false, undefined, 'true', 1]) {
      expect(claimedRights(rules, { email, email_verified })).toBeUndefined();
    }
  });

  it('reads no member that every object has', () => {
    expect(claimedRights([{ ...rule('x', 'ADMIN'), claim: 'constructor' }], {})).toBeUndefined();
  });
});
