import { createPrivateKey, createPublicKey } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditRecord } from '../../src/audit-proof/audit-record.js';
import { verify } from '../integration/verification-fixture.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { dataDirOf } from '../support/database.js';
import { call, forgeKey, kidOf } from '../support/registry.js';
import { AuditApi, type Query, type Tenant } from './audit-log-fixture.js';

let test: TestApp;
let api: AuditApi;
let mine: Tenant;
let theirs: Tenant;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'registry-export-'));
  test = await startTestApp();
  api = new AuditApi(test);
  mine = await api.tenant();
  theirs = await api.tenant();
  for (let n = 0; n < 12; n++) {
    await api.job(mine);
    await api.job(theirs);
  }
});

afterAll(async () => {
  await test?.close();
  await rm(directory, { recursive: true });
});

async function fetchExport(query: Query = {}, key = test.adminKey) {
  const { status, text, headers, body } = await test
    .http()
    .get('/audit-log/export')
    .query(query)
    .set('Authorization', `Bearer ${key}`)
    .buffer(true)
    .parse((response, done) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(Buffer.from(chunk)));
      response.on('end', () => done(null, Buffer.concat(chunks).toString('utf8')));
    });
  return { status, headers, text: text ?? String(body) };
}

/** Without the line that says what the export covers. */
const linesOf = (text: string) =>
  text
    .split('\n')
    .slice(0, -1)
    .filter((it) => !it.startsWith('{"export":'));
const idsOf = (text: string) => linesOf(text).map((line): string => JSON.parse(line).id);

async function sealedUpTo(id: string): Promise<void> {
  while ((await api.send('get', `/audit-log/${id}/proof`)).status !== 200) await sleep(50);
}

describe('GET /audit-log/export', () => {
  it('returns every record of the log as NDJSON, and verifies offline', async () => {
    const [newest] = await api.walk({ limit: 200 });
    await sealedUpTo(newest?.id ?? '');
    const checkpoints = join(dataDirOf(test.database.apiUrl), 'audit-checkpoints.ndjson');
    const published = join(directory, 'checkpoints.ndjson');
    await writeFile(published, await readFile(checkpoints));

    const { status, headers, text } = await fetchExport();
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/x-ndjson');
    expect(headers['content-disposition']).toBe('attachment; filename="audit-log.ndjson"');
    expect(headers['cache-control']).toBe('no-store');

    const { seq } = JSON.parse((await readFile(published, 'utf8')).trimEnd().split('\n').at(-1) ?? '');
    const { export: header } = JSON.parse(text.slice(0, text.indexOf('\n')));
    expect(header).toEqual({
      version: 1,
      scope: 'all',
      filter: {},
      checkpoint: { seq: expect.any(Number), size: expect.any(Number) },
    });
    expect(header.checkpoint.seq).toBeGreaterThanOrEqual(seq);

    const shown = await api.walk({ limit: 200 });
    const exported = linesOf(text).map((line): AuditRecord => JSON.parse(line));
    const byId = new Map(exported.map((it) => [it.id, it]));
    expect(byId.size).toBe(exported.length);
    // The kid is looked up, and not in the record.
    for (const { kid: _, ...record } of shown) expect(byId.get(record.id)).toMatchObject(record);
    expect(exported).toHaveLength(shown.length);

    const path = join(directory, 'export.ndjson');
    await writeFile(path, text);
    const key = join(directory, 'key.pem');
    const pem = await readFile(join(dataDirOf(test.database.apiUrl), 'audit-signing-key.pem'), 'utf8');
    await writeFile(key, createPublicKey(createPrivateKey(pem)).export({ type: 'spki', format: 'pem' }));
    const options = ['--checkpoints', published, '--public-key', key];
    expect(await verify(['--export', path, ...options])).toMatchObject({ code: 0 });
    await writeFile(path, text.replace('"SUCCESS"', '"DENIED"'));
    expect(await verify(['--export', path, ...options])).toMatchObject({ code: 2 });
  });

  it('is recorded, with its format and filter', async () => {
    const query = { workspaceId: mine.workspaceId, action: 'job.created', format: 'csv' };
    await fetchExport(query);
    const [record] = await api.walk({ action: 'audit.exported' });
    const { format, ...filter } = query;
    expect(record).toMatchObject({
      actorType: 'OPERATOR',
      outcome: 'SUCCESS',
      workspaceId: mine.workspaceId,
      resourceType: 'audit-log',
      changes: { format: { from: null, to: format }, filter: { from: null, to: filter } },
    });
  });

  it('returns the records that match all filters, in the order of GET /audit-log', async () => {
    await call(test, 'get', '/coordinator/jobs', { key: forgeKey() });
    for (const query of [
      { workspaceId: mine.workspaceId },
      { action: 'job.created', actorId: theirs.coordinatorId },
      { outcome: 'DENIED' },
      { kid: kidOf(mine.apiKey), action: 'job.created' },
      { from: '2020-01-01T00:00:00Z', action: 'workspace.created' },
    ]) {
      const exported = idsOf((await fetchExport(query)).text);
      // The export has its own record, if that fits the filter.
      const listed = (await api.walk(query)).map((it) => it.id);
      expect(listed.length).toBeGreaterThan(0);
      expect(exported).toEqual(listed);
    }
    expect(idsOf((await fetchExport({ actorId: mine.coordinatorId })).text)).toHaveLength(12);
  });

  it('returns only the workspaces of a limited operator', async () => {
    const limited = await api.operator([mine.workspaceId]);
    const { status, text } = await fetchExport({}, limited);
    expect(status).toBe(200);
    const exported = linesOf(text).map((line): AuditRecord => JSON.parse(line));
    expect(exported.length).toBeGreaterThanOrEqual(12);
    expect(new Set(exported.map((it) => it.workspaceId))).toEqual(new Set([mine.workspaceId]));
    const refused = await fetchExport({ workspaceId: theirs.workspaceId }, limited);
    expect([refused.status, JSON.parse(refused.text).code]).toEqual([403, 'workspace-forbidden']);
  });

  it('escapes formulas in CSV', async () => {
    const name = '=HYPERLINK("http://203.0.113.9","x")';
    await test.database.owner.query(
      `WITH ctx AS MATERIALIZED (
         SELECT public.set_audit_context('SYSTEM', NULL, $1, NULL, NULL, NULL, NULL) AS ready)
       INSERT INTO public.workspaces (slug, name) SELECT 'formula', '-1' FROM ctx WHERE ctx.ready`,
      [name],
    );
    const { headers, text } = await fetchExport({ format: 'csv', action: 'workspace.created' });
    expect(headers['content-type']).toBe('text/csv; charset=utf-8; header=present');
    expect(headers['content-disposition']).toBe('attachment; filename="audit-log.csv"');
    const [header, first] = text.split('\r\n');
    expect(header).toBe(
      'id,occurredAt,actorType,actorId,actorName,keyId,action,outcome,reason,workspaceId,resourceType,resourceId,rev,changes,requestId,sourceIp,userAgent,occurrences,leafIndex',
    );
    expect(first).toContain(`"'${name.replaceAll('"', '""')}"`);
    expect(first).toContain('"{""name"": {""to"": ""-1"", ""from"": null}');
  });

  it('returns events of class 6003 as OCSF', async () => {
    const { headers, text } = await fetchExport({ format: 'ocsf', actorId: mine.coordinatorId });
    expect(headers['content-type']).toBe('application/x-ndjson');
    const [record] = await api.walk({ actorId: mine.coordinatorId });
    const event = JSON.parse(linesOf(text)[0] ?? '');
    expect(event).toMatchObject({
      category_uid: 6,
      class_uid: 6003,
      activity_id: 1,
      type_uid: 600301,
      time: Date.parse(record?.occurredAt ?? ''),
      severity_id: 1,
      status_id: 1,
      count: 1,
      actor: {
        user: { uid: mine.coordinatorId, credential_uid: mine.keyId, type: 'COORDINATOR', type_id: 99 },
      },
      api: { operation: 'job.created', request: { uid: record?.requestId } },
      src_endpoint: { ip: '127.0.0.1' },
      resources: [{ type: 'job', uid: record?.resourceId, version: '1' }],
      metadata: { version: '1.3.0', uid: record?.id, tenant_uid: mine.workspaceId },
      unmapped: { changes: record?.changes },
    });
  });

  it.each(['format=xml', 'limit=5', 'cursor=x', 'from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z'])(
    'answers 400 for %s',
    async (query) => {
      expect((await api.send('get', `/audit-log/export?${query}`)).status).toBe(400);
    },
  );
});
