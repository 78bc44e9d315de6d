import type { TestRegistry } from './registry.ts';

export interface Seeded {
  acme: string;
  beta: string;
  orchestrator: { id: string; key: string; keyId: string; kid: string };
  reviewer: { id: string; key: string; keyId: string; kid: string };
  jobs: { running: string; failed: string; completed: string; pending: string };
}

/** Two tenants, two services, and a job in each state. */
export async function seed(registry: TestRegistry): Promise<Seeded> {
  const acme = await registry.workspace('acme', 'Acme');
  const beta = await registry.workspace('beta', 'Beta');
  const orchestrator = await registry.register('orchestrator', [acme, beta]);
  const reviewer = await registry.register('reviewer', [acme]);
  const { key } = orchestrator;
  const issue = (issueNumber: number) => ({ repository: 'acme/shop', issueNumber });
  const running = await registry.job(key, acme, { ...issue(42), metadata: { branch: 'main', files: 3 } });
  await registry.start(key, running);
  await registry.progress(key, running, 12, 'clone');
  await registry.progress(key, running, 45, 'tests');
  const failed = await registry.job(key, acme, { ...issue(43), type: 'fix-tests' });
  await registry.start(key, failed);
  await registry.fail(key, failed, 'The tests fail: expected 3, found 4');
  const completed = await registry.job(key, acme, { ...issue(44), type: 'summary' });
  await registry.start(key, completed);
  await registry.complete(key, completed, { approved: true, comments: 2 });
  let pending = '';
  for (let number = 100; number < 112; number += 1) pending = await registry.job(key, acme, issue(number));
  // A refusal for the log.
  await fetch(`${registry.url}/coordinator/jobs`, { headers: { 'X-API-Key': `${key.slice(0, -1)}x` } });
  return { acme, beta, orchestrator, reviewer, jobs: { running, failed, completed, pending } };
}
