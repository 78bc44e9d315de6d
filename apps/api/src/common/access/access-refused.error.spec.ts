import { describe, expect, it } from '@jest/globals';
import { PROBLEMS } from '../problems/catalogue.js';
import { accessRefused } from './access-refused.error.js';
import { InvalidCredentialError, MissingCredentialError } from './credential.errors.js';

describe('accessRefused', () => {
  it.each([
    ['key-revoked', 401, 'auth.denied'],
    ['key-expired', 401, 'auth.denied'],
    ['coordinator-suspended', 403, 'access.denied'],
    ['network-forbidden', 403, 'access.denied'],
    ['permission-missing', 403, 'access.denied'],
    ['workspace-forbidden', 403, 'access.denied'],
    ['repository-forbidden', 403, 'access.denied'],
  ] as const)('%s of Postgres is a %i, recorded as %s', (code, status, action) => {
    const error = accessRefused(code);
    expect(error).toMatchObject({ code, extra: { refusal: { action, reason: code } } });
    expect(error.message).toMatch(/^[A-Z].*\.$/);
    expect(PROBLEMS[code].status).toBe(status);
  });

  it('records what the request was about', () => {
    const about = { workspaceId: 'w', resourceType: 'job', resourceId: 'j' };
    expect(accessRefused('workspace-forbidden', about).extra.refusal).toEqual({
      action: 'access.denied',
      reason: 'workspace-forbidden',
      ...about,
    });
  });

  it.each(['', 'KEY-REVOKED', 'toString', 'not-found'])('throws for an unknown code: %p', (code) => {
    expect(() => accessRefused(code)).toThrow(`unknown refusal: ${code}`);
  });

  it.each([
    [new MissingCredentialError(), 'missing-credential'],
    [new InvalidCredentialError(), 'invalid-credential'],
  ])('records a caller without a valid key: %p', (error, code) => {
    expect(error).toMatchObject({ code, extra: { refusal: { action: 'auth.denied', reason: code } } });
    expect(error.message).toMatch(/^The .*\.$|^This .*\.$/);
  });
});
