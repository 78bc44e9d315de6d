import type { Page } from '@playwright/test';
import { expect, test } from './support/fixture';

const PRUNED = {
  status: 410,
  contentType: 'application/problem+json',
  json: { code: 'position-pruned', title: 'The records are removed', requestId: 'request-1', oldest: 4 },
};

test('Live goes on after a sleep without loss and without a duplicate', async ({ page, signIn, world }) => {
  const { registry, seeded } = world;
  const asked: (string | null)[] = [];
  page.on('request', (request) => {
    const { pathname, searchParams } = new URL(request.url());
    if (pathname === '/audit-log/feed') asked.push(searchParams.get('after'));
  });
  await signIn();
  await page.goto('/console/log?action=job.created');
  await page.getByRole('switch', { name: 'Live' }).click();
  await expect(page.getByText('Live: new records appear as they are sealed.')).toBeVisible();
  const job = () => registry.job(seeded.orchestrator.key, seeded.acme);
  const rowOf = (id: string) => page.getByRole('row', { name: new RegExp(id.slice(-8)) });
  const before = await job();
  await expect(rowOf(before)).toHaveCount(1);
  await show(page, false);
  const asleep = [await job(), await job()];
  await show(page, true);
  for (const id of [before, ...asleep]) await expect(rowOf(id)).toHaveCount(1);
  const after = await job();
  for (const id of [before, ...asleep, after]) await expect(rowOf(id)).toHaveCount(1);
  expect(asked).toHaveLength(2);
  expect(asked[0]).toBe('latest');
  expect(asked[1]).toMatch(/^\d+$/);
});

test('lists and jobs whose feed was pruned start again at the newest record, and read again', async ({
  page,
  signIn,
  world,
}) => {
  const { registry } = world;
  const workspace = await registry.workspace('pruned');
  const { key } = await registry.register('pruned service', [workspace]);
  const first = await registry.job(key, workspace);
  let missed: (() => Promise<unknown>) | undefined;
  const asked: (string | null)[] = [];
  await page.route('**/audit-log/feed?*', async (route) => {
    asked.push(new URL(route.request().url()).searchParams.get('after'));
    if (missed === undefined) return route.fallback();
    await missed();
    missed = undefined;
    await route.fulfill(PRUNED);
  });
  await signIn();
  let created = '';
  missed = async () => {
    created = await registry.job(key, workspace);
  };
  await page.goto(`/console/jobs?workspace=${workspace}`);
  await expect(page.getByRole('row', { name: new RegExp(first.slice(-8)) })).toBeVisible();
  await expect.poll(() => created).not.toBe('');
  await expect(page.getByRole('row', { name: new RegExp(created.slice(-8)) })).toBeVisible();
  await registry.job(key, workspace);
  await expect(page.getByRole('button', { name: '1 new' })).toBeVisible();

  missed = () => registry.start(key, first);
  await page.goto(`/console/jobs/${first}`);
  await expect(page.getByText('Running', { exact: true })).toBeVisible();
  await registry.complete(key, first, {});
  await expect(page.getByText('Completed', { exact: true }).first()).toBeVisible();
  expect(new Set(asked)).toEqual(new Set(['latest']));
});

test('an open job is not read beside its feed; while sealing is late, it is read instead', async ({
  page,
  signIn,
  world,
}) => {
  const { registry, seeded } = world;
  const { key } = seeded.orchestrator;
  const id = await registry.job(key, seeded.acme);
  await registry.start(key, id);
  let reads = 0;
  page.on('request', (request) => {
    if (request.resourceType() === 'fetch' && new URL(request.url()).pathname === `/jobs/${id}`) reads += 1;
  });
  let isLate = false;
  await page.route('**/audit-log/checkpoints/latest', async (route) => {
    const answer = await route.fetch();
    const sealedAt = new Date(Date.now() - 300_000).toISOString();
    await route.fulfill({
      response: answer,
      json: { ...(await answer.json()), ...(isLate && { sealedAt }) },
    });
  });
  await signIn();
  await page.clock.install();
  await page.goto(`/console/jobs/${id}`);
  await expect(page.getByText('Live', { exact: true })).toBeVisible();
  const before = reads;
  await page.clock.runFor(29_000);
  expect(reads).toBe(before);
  // No record comes any more.
  await page.route('**/audit-log/feed?*', (route) => route.abort());
  isLate = true;
  await page.reload();
  await expect(page.getByRole('link', { name: /^Not sealed since / })).toBeVisible();
  await expect(page.getByRole('progressbar')).toBeVisible();
  await registry.progress(key, id, 71, 'lint');
  await page.clock.runFor(5_100);
  await expect(page.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '71');
});

/** A test cannot hide a tab as the browser does. */
async function show(page: Page, isVisible: boolean): Promise<void> {
  await page.evaluate(
    (state) => {
      Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    },
    isVisible ? 'visible' : 'hidden',
  );
}
