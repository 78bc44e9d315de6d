import { commit, type LeafRecord } from '../../src/audit-proof/leaf.js';

export const SALT = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex');

/** The example of docs/audit-log-encoding.md. */
export const EXAMPLE: LeafRecord = {
  id: '01a20d4b-10d4-7abc-8def-0123456789ab',
  occurredAt: '2026-11-24T11:22:33.044Z',
  actorType: 'COORDINATOR',
  actorId: '01a1f0c0-0000-7000-8000-000000000001',
  actorName: 'Zürich 1',
  keyId: '01a1f0c0-0000-7000-8000-000000000002',
  action: 'job.progressed',
  outcome: 'SUCCESS',
  reason: null,
  workspaceId: '01a1f0c0-0000-7000-8000-000000000003',
  resourceType: 'job',
  resourceId: '01a1f0c0-0000-7000-8000-000000000004',
  rev: 3,
  changes: '{"progress": {"to": 0.50, "from": null}}',
  requestId: 'req-1',
  sourceIp: commit(SALT, '192.0.2.7'),
  userAgent: null,
  occurrences: 1,
};
