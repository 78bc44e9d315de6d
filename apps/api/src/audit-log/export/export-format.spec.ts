import { describe, expect, it } from '@jest/globals';
import { FORMATS } from './export-format.js';

const ID = '01a20d4b-10d4-7abc-8def-0123456789ab';
const OTHER = '01a1f0c0-0000-7000-8000-000000000001';
const HASH = Buffer.alloc(32, 7).toString('base64');
const SALT = Buffer.alloc(16, 1).toString('base64');

/** A line as the server writes it; `null` where a record says nothing. */
const BARE = {
  id: ID,
  occurredAt: '2026-11-24T11:22:33.044Z',
  actorType: 'ANONYMOUS',
  actorId: null as string | null,
  actorName: null as string | null,
  keyId: null as string | null,
  action: 'auth.denied',
  outcome: 'DENIED',
  reason: null as string | null,
  workspaceId: null as string | null,
  resourceType: null as string | null,
  resourceId: null as string | null,
  rev: null as number | null,
  requestId: null as string | null,
  sourceIp: null as string | null,
  userAgent: null as string | null,
  occurrences: 3,
  leafIndex: null as number | null,
  leafHash: null as string | null,
  sourceIpSalt: null as string | null,
  sourceIpCommitment: null as string | null,
  userAgentSalt: null as string | null,
  userAgentCommitment: null as string | null,
  changes: {} as unknown,
};

const FULL: typeof BARE = {
  ...BARE,
  actorType: 'COORDINATOR',
  actorId: OTHER,
  actorName: '=cmd|"x"',
  keyId: OTHER,
  action: 'job.progressed',
  outcome: 'SUCCESS',
  reason: 'why',
  workspaceId: OTHER,
  resourceType: 'job',
  resourceId: OTHER,
  rev: 3,
  requestId: 'req-1',
  sourceIp: '192.0.2.7',
  userAgent: 'curl/8',
  occurrences: 1,
  leafIndex: 41,
  leafHash: HASH,
  sourceIpSalt: SALT,
  sourceIpCommitment: HASH,
  userAgentSalt: SALT,
  userAgentCommitment: HASH,
  changes: { tokensUsed: { to: 2, from: 1 } },
};

const line = (record: Partial<typeof BARE>) => JSON.stringify({ ...BARE, ...record });
const GONE = `{"id":"${ID}","leafIndex":41,"leafHash":"${HASH}"}`;
const event = (record: Partial<typeof BARE>) => JSON.parse(FORMATS.ocsf.format(line(record)));

describe('CSV', () => {
  it('quotes every text, doubles its quotes, and escapes formulas', () => {
    expect(FORMATS.csv.format(line(FULL))).toBe(
      `"${ID}","2026-11-24T11:22:33.044Z","COORDINATOR","${OTHER}","'=cmd|""x""","${OTHER}","job.progressed","SUCCESS","why",` +
        `"${OTHER}","job","${OTHER}",3,"{""tokensUsed"":{""to"":2,""from"":1}}","req-1","192.0.2.7","curl/8",1,41\r\n`,
    );
  });

  const COLUMNS = FORMATS.csv
    .header({ version: 1, scope: 'all', filter: {}, checkpoint: null })
    .trimEnd()
    .split(',');
  /** No formula fits these columns of the database. */
  const UUIDS = ['id', 'actorId', 'keyId', 'workspaceId', 'resourceId'];
  const TEXTS = COLUMNS.filter(
    (name) => typeof FULL[name as keyof typeof FULL] === 'string' && !UUIDS.includes(name),
  );

  it.each(TEXTS)('puts an apostrophe before each start of a formula in %s', (column) => {
    for (const start of ['=', '+', '-', '@', '\t', '\r', '\n']) {
      const csv = FORMATS.csv.format(line({ ...FULL, [column]: `${start}1` }));
      expect([start, csv.includes(`"'${start}1"`)]).toEqual([start, true]);
      expect([start, csv.includes(`"${start}1"`)]).toEqual([start, false]);
    }
    expect(FORMATS.csv.format(line({ ...FULL, [column]: 'a=1' }))).toContain('"a=1"');
  });

  it('escapes formulas in every text column', () => {
    expect(TEXTS).toEqual(
      COLUMNS.filter((it) => ![...UUIDS, 'rev', 'changes', 'occurrences', 'leafIndex'].includes(it)),
    );
  });

  it('writes an empty cell for a missing value', () => {
    expect(FORMATS.csv.format(line({}))).toBe(
      `"${ID}","2026-11-24T11:22:33.044Z","ANONYMOUS",,,,"auth.denied","DENIED",,,,,,"{}",,,,3,\r\n`,
    );
  });

  it('writes as many cells as its header has', () => {
    const cells = FORMATS.csv.format(line({})).split(',').length;
    expect(COLUMNS).toHaveLength(cells);
  });
});

describe('OCSF', () => {
  it('contains every value of a record', () => {
    expect(event(FULL)).toEqual({
      category_uid: 6,
      class_uid: 6003,
      activity_id: 3,
      type_uid: 600303,
      time: Date.parse('2026-11-24T11:22:33.044Z'),
      severity_id: 1,
      status_id: 1,
      status_detail: 'why',
      count: 1,
      actor: {
        user: { type: 'COORDINATOR', type_id: 99, uid: OTHER, name: '=cmd|"x"', credential_uid: OTHER },
      },
      api: {
        operation: 'job.progressed',
        service: { name: 'coordinator-registry' },
        request: { uid: 'req-1' },
      },
      src_endpoint: { ip: '192.0.2.7' },
      http_request: { user_agent: 'curl/8' },
      resources: [{ type: 'job', uid: OTHER, version: '3' }],
      metadata: {
        version: '1.3.0',
        product: { name: 'Coordinator Registry', vendor_name: 'Coordinator Registry' },
        log_name: 'audit-log',
        uid: ID,
        sequence: 41,
        tenant_uid: OTHER,
      },
      unmapped: { changes: { tokensUsed: { to: 2, from: 1 } } },
    });
  });

  it('omits missing values, except the endpoint, which the class requires', () => {
    const { actor, api, src_endpoint, http_request, resources, metadata, ...rest } = event({});
    expect(actor).toEqual({ user: { type: 'ANONYMOUS', type_id: 0 } });
    expect(api).toEqual({ operation: 'auth.denied', service: { name: 'coordinator-registry' } });
    expect(src_endpoint).toEqual({ name: 'unknown' });
    expect([http_request, resources]).toEqual([undefined, undefined]);
    expect(Object.keys(metadata)).toEqual(['version', 'product', 'log_name', 'uid']);
    expect(rest).toMatchObject({ severity_id: 2, status_id: 2, count: 3 });
    expect(rest).not.toHaveProperty('status_detail');
  });

  it('names a resource without id and rev by its type', () => {
    expect(event({ resourceType: 'audit-log' }).resources).toEqual([{ type: 'audit-log' }]);
  });

  it.each([
    ['job.created', 1],
    ['coordinator.registered', 1],
    ['coordinator-key.issued', 1],
    ['job.read', 2],
    ['jobs.listed', 2],
    ['audit.exported', 2],
    ['job.completed', 3],
    ['coordinator-key.revoked', 4],
    ['audit.erased', 4],
    ['access.denied', 99],
    ['rate.limited', 99],
  ])('maps %s to activity %i', (action, activity) => {
    expect(event({ action })).toMatchObject({ activity_id: activity, type_uid: 600300 + activity });
  });

  it('maps the server to user type System', () => {
    expect(event({ actorType: 'SYSTEM', actorName: 'sweeper' }).actor.user).toEqual({
      type: 'SYSTEM',
      type_id: 3,
      name: 'sweeper',
    });
  });

  it('keeps the digits of exact numbers', () => {
    const text = line({}).replace(/\{\}\}$/, '{"n": {"to": 12345678901234567890.50, "from": null}}}');
    expect(FORMATS.ocsf.format(text)).toContain(
      '"unmapped":{"changes":{"n": {"to": 12345678901234567890.50, "from": null}}}}',
    );
  });
});

it('a removed record appears only in NDJSON, as its leaf', () => {
  expect(Object.values(FORMATS).map(({ format }) => format(GONE))).toEqual([`${GONE}\n`, '', '']);
});
