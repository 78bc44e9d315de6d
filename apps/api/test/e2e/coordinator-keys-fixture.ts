import type { CoordinatorKey, RotatedKey } from '../../src/coordinators/coordinator-key.js';
import type { TestApp } from '../support/app.js';
import { audited } from '../support/audited.js';
import { admin, call } from '../support/registry.js';

export const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();

/** Requests that the tests of keys send. @param app returns the started app */
export function keyRequests(app: () => TestApp) {
  const path = (id: string) => `/admin/coordinators/${id}/keys`;
  const keysOf = async (id: string) =>
    (await admin<{ items: CoordinatorKey[] }>(app(), 'get', `${path(id)}?limit=100`)).items;
  return {
    listJobs: (key: string) => call(app(), 'get', '/coordinator/jobs', { key }),
    keysOf,
    keyOf: async (id: string, keyId: string) => (await keysOf(id)).find((it) => it.id === keyId),
    rotate: (id: string, keyId: string, body?: object | string) =>
      call(app(), 'post', `${path(id)}/${keyId}/rotate`, {
        key: app().adminKey,
        ...(body !== undefined && { body }),
      }),
    rotated: (id: string, keyId: string, body: object = {}) =>
      admin<RotatedKey>(app(), 'post', `${path(id)}/${keyId}/rotate`, body),
    revoke: (id: string, keyId: string) => audited(app(), 'delete', `${path(id)}/${keyId}`),
  };
}
