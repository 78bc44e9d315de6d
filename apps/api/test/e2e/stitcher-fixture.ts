import { randomUUID } from 'node:crypto';
import type { Job } from '../../src/jobs/job.js';
import type { TestApp } from '../support/app.js';
import {
  call,
  randomRepository,
  registerCoordinator,
  registerWorkspace,
  succeed,
  type TestCoordinator,
} from '../support/registry.js';

/** A workspace with a repository, and a coordinator that may dispatch work on it. */
export interface Site {
  workspaceId: string;
  /** not in lower case, as hosts allow it */
  repository: string;
  coordinator: TestCoordinator;
}

export async function makeSite(test: TestApp): Promise<Site> {
  const repository = `Acme-${randomUUID().slice(0, 8)}/Site.js`;
  const { id: workspaceId } = await registerWorkspace(test, {
    repositories: [repository, randomRepository()],
  });
  return {
    workspaceId,
    repository,
    coordinator: await registerCoordinator(test, { workspaceIds: [workspaceId] }),
  };
}

export async function cancelJob(test: TestApp, { coordinator }: Site, id: string): Promise<void> {
  succeed(
    await call(test, 'patch', `/coordinator/jobs/${id}/status`, {
      key: coordinator.apiKey,
      body: { status: 'CANCELLED' },
    }),
  );
}

/** All that there is on the site, newest first. */
export async function jobsOf(test: TestApp, { coordinator }: Site): Promise<Job[]> {
  return (await call(test, 'get', '/coordinator/jobs', { key: coordinator.apiKey })).body.items;
}
