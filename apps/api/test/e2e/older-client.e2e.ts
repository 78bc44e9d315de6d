import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { startServer, startTestApp, type TestApp } from '../support/app.js';
import { randomRepository, registerWorkspace } from '../support/registry.js';

const COORDINATOR_API_KEY = 'the-key-that-the-older-client-was-given';
const WORKSPACE = randomUUID();

/** What the older platform answered to its bot. */
interface Queued {
  jobId: string;
  queueName: string;
  status: string;
  estimatedStartTime?: string;
}

let test: TestApp;
let server: NestFastifyApplication;
let repository: string;
let base: string;

beforeAll(async () => {
  test = await startTestApp();
  repository = randomRepository();
  await registerWorkspace(test, { id: WORKSPACE, repositories: [repository] });
  // The workspaces of the key have to exist before the server starts with it.
  server = await startServer(test.database.apiUrl, {
    environmentKey: { key: COORDINATOR_API_KEY, name: 'environment', workspaceIds: [WORKSPACE] },
  });
  await server.listen(0, '127.0.0.1');
  base = await server.getUrl();
});

afterAll(async () => {
  await server?.close();
  await test?.close();
});

/** The client of the older platform: it knows its own bodies and COORDINATOR_API_KEY, and nothing of this product. */
async function ask<Answer>(method: string, path: string, body?: object): Promise<Answer> {
  const answer = await fetch(base + path, {
    method,
    headers: { 'X-API-Key': COORDINATOR_API_KEY, 'Content-Type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Answer;
}

describe('a client of the older API', () => {
  it('delivers, queues, runs and completes a job without a change', async () => {
    const queued = await ask<Queued>('POST', '/stitcher/webhook', {
      issueNumber: '42',
      repository,
      action: 'assigned',
      comment: 'please',
      metadata: { branch: 'main', labels: ['bug'] },
    });
    expect(queued).toEqual({ jobId: expect.any(String), queueName: 'issue', status: 'PENDING' });
    const { jobId } = queued;

    const listed = await ask<{ items: { id: string }[] }>('GET', '/coordinator/jobs?status=QUEUED');
    expect(listed.items.map(({ id }) => id)).toEqual([jobId]);
    expect(await ask('PATCH', `/coordinator/jobs/${jobId}/status`, { status: 'QUEUED' })).toMatchObject({
      id: jobId,
      status: 'PENDING',
      rev: 1,
      metadata: { branch: 'main', labels: ['bug'] },
    });
    await ask('PATCH', `/coordinator/jobs/${jobId}/status`, {
      status: 'RUNNING',
      agentId: 'a',
      agentType: 'b',
    });
    await ask('PATCH', `/coordinator/jobs/${jobId}/progress`, {
      progressPercent: 50,
      currentStep: 'tests',
      tokensUsed: 100,
    });
    await ask('POST', `/coordinator/jobs/${jobId}/complete`, {
      result: { ok: true },
      tokensUsed: 120,
      durationSeconds: 3,
    });
    expect(await ask('GET', `/coordinator/jobs/${jobId}`)).toMatchObject({
      status: 'COMPLETED',
      tokensUsed: 120,
    });
    expect((await ask<{ items: unknown[] }>('GET', '/coordinator/jobs?status=QUEUED')).items).toEqual([]);
  });

  it('dispatches a job, and reads it by the old names', async () => {
    const queued = await ask<Queued & { id: string }>('POST', '/stitcher/dispatch', {
      workspaceId: WORKSPACE,
      type: 'code-task',
      issueNumber: 43,
      repository,
      context: { branch: 'main' },
    });
    expect(queued).toMatchObject({ jobId: queued.id, queueName: 'code-task', status: 'PENDING' });
    await ask('POST', `/coordinator/jobs/${queued.jobId}/fail`, {
      error: 'broken',
      failedStep: 'tests',
      gateResults: { lint: 'ok' },
      continuationPrompt: 'go on',
    });
    expect(await ask('GET', `/coordinator/jobs/${queued.jobId}`)).toMatchObject({
      status: 'FAILED',
      error: 'broken',
    });
  });

  it('gets 409 for QUEUED on a job that is not PENDING', async () => {
    const { jobId } = await ask<Queued>('POST', '/stitcher/webhook', {
      action: 'mentioned',
      repository,
      issueNumber: 44,
    });
    await ask('PATCH', `/coordinator/jobs/${jobId}/status`, { status: 'RUNNING' });
    await expect(ask('PATCH', `/coordinator/jobs/${jobId}/status`, { status: 'QUEUED' })).rejects.toThrow(
      'illegal-transition',
    );
  });
});
