import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { IssuedWebhook } from '../../src/webhooks/webhook.js';
import type { Workspace } from '../../src/workspaces/workspace.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { recordsWhere } from '../support/audited.js';
import { commentOn, deliverSigned, type ForgeRepository, forgeRepository } from '../support/forge.js';
import { admin, call, createWebhook, listen, registerWorkspace } from '../support/registry.js';
import { jobsOf, makeSite, type Site } from './stitcher-fixture.js';

let test: TestApp;
let site: Site;
let issued: IssuedWebhook;
let repository: ForgeRepository;

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
});

afterAll(() => test?.close());

beforeEach(async () => {
  site = await makeSite(test);
  issued = await createWebhook(test, site.coordinator.id);
  repository = forgeRepository(site.repository.toLowerCase());
});

let number = 0;
const deliver = (of: ForgeRepository, by = issued) => {
  number += 1;
  return deliverSigned(test, by, commentOn(of, { number }));
};
const workspace = (id = site.workspaceId) => admin<Workspace>(test, 'get', `/admin/workspaces/${id}`);
const renamed = (of: ForgeRepository): ForgeRepository => ({ ...of, full_name: `acme/${randomUUID()}` });
const FORBIDDEN = { status: 403, body: { code: 'repository-forbidden' } };

describe('a repository', () => {
  it('gets its id from its first delivery, with an audit record', async () => {
    expect((await workspace()).repositoryIds).toEqual([]);
    expect((await deliver(repository)).status).toBe(202);
    const known = { repository: repository.full_name, forge: 'github.com', id: repository.id };
    expect((await workspace()).repositoryIds).toEqual([known]);
    const records = await recordsWhere(test, "resource_id = $1 AND actor_type = 'COORDINATOR'", [
      site.workspaceId,
    ]);
    expect(records).toMatchObject([
      {
        action: 'workspace.updated',
        changes: { repositories: { from: { ...known, forge: null, id: null }, to: known } },
      },
    ]);
    // and is recorded once
    expect((await deliver(repository)).status).toBe(202);
    expect(
      await recordsWhere(test, "resource_id = $1 AND actor_type = 'COORDINATOR'", [site.workspaceId]),
    ).toHaveLength(1);
  });

  it('keeps its workspace after a rename', async () => {
    await deliver(repository);
    const after = renamed(repository);
    expect((await deliver(after)).status).toBe(202);
    expect((await workspace()).repositories).toContain(after.full_name);
    expect((await workspace()).repositories).not.toContain(repository.full_name);
    expect((await jobsOf(test, site))[0]).toMatchObject({ repository: after.full_name });
  });

  it('does not take over the workspace of another repository with its name; the mismatch is recorded', async () => {
    await deliver(repository);
    const successor = { ...repository, id: repository.id + 1 };
    expect(await deliver(successor)).toMatchObject(FORBIDDEN);
    const elsewhere = { ...repository, html_url: `https://git.example.com/${repository.full_name}` };
    expect(await deliver(elsewhere)).toMatchObject(FORBIDDEN);
    const unnumbered = { ...repository, id: Number.NaN };
    expect(await deliver(unnumbered)).toMatchObject(FORBIDDEN);
    const mismatches = async () => {
      const { rows } = await test.database.owner.query<{ workspace_id: string }>(
        `SELECT workspace_id FROM public.audit_log
         WHERE reason = 'repository-id-mismatch' AND outcome = 'DENIED' AND actor_id = $1`,
        [site.coordinator.id],
      );
      return rows;
    };
    while ((await mismatches()).length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await mismatches()).toEqual([{ workspace_id: site.workspaceId }]);

    // Once the first one has a new name, the old name belongs to no workspace until one registers it.
    await deliver(renamed(repository));
    expect(await deliver(successor)).toMatchObject(FORBIDDEN);
    const other = await registerWorkspace(test, { repositories: [repository.full_name] });
    await admin(test, 'patch', `/admin/coordinators/${site.coordinator.id}`, {
      workspaceIds: [site.workspaceId, other.id],
    });
    expect((await deliver(successor)).status).toBe(202);
    expect((await jobsOf(test, site))[0]).toMatchObject({ workspaceId: other.id });
  });

  it('is not found by its name if its id belongs to a workspace of another coordinator', async () => {
    await deliver(repository);
    const other = await makeSite(test);
    const webhook = await createWebhook(test, other.coordinator.id);
    const moved = { ...repository, full_name: other.repository.toLowerCase() };
    expect(await deliver(moved, webhook)).toMatchObject(FORBIDDEN);
    expect((await workspace(other.workspaceId)).repositoryIds).toEqual([]);
  });

  it('loses its id when it leaves its workspace', async () => {
    await deliver(repository);
    const rest = (await workspace()).repositories.filter((it) => it !== repository.full_name);
    const path = `/admin/workspaces/${site.workspaceId}`;
    const without = await admin<Workspace>(test, 'patch', path, { repositories: rest });
    expect(without.repositoryIds).toEqual([]);
    await admin(test, 'patch', path, { repositories: [...rest, repository.full_name] });
    expect((await deliver({ ...repository, id: repository.id + 1 })).status).toBe(202);
  });

  it('is found by its name in deliveries of the bot', async () => {
    await deliver(repository);
    const body = { action: 'assigned', repository: site.repository, issueNumber: 900 };
    const answer = await call(test, 'post', '/stitcher/webhook', { key: site.coordinator.apiKey, body });
    expect(answer.status).toBe(202);
  });

  it('gets its id once from simultaneous first deliveries', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => deliver(repository)));
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(202));
    expect((await workspace()).repositoryIds).toHaveLength(1);
    expect(
      await recordsWhere(test, "resource_id = $1 AND actor_type = 'COORDINATOR'", [site.workspaceId]),
    ).toHaveLength(1);
  });
});
