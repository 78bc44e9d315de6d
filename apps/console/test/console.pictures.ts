import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { expect, test } from './support/fixture';

const IMAGES = fileURLToPath(new URL('../../../docs/images/', import.meta.url));
const TYPES = ['code-review', 'fix-tests', 'summary', 'dependency-update'];

/** After the last movement, without a pointer over a row. */
async function take(page: Page, name: string): Promise<void> {
  await page.mouse.move(0, 0);
  await expect(page.getByText(/^Loading /)).toHaveCount(0);
  await page.screenshot({ path: `${IMAGES}console-${name}.png`, animations: 'disabled' });
}

test('pictures of the console', async ({ page, signIn, world }) => {
  test.setTimeout(300_000);
  const { registry, seeded } = world;
  const { key } = seeded.orchestrator;
  const { verifierKey } = await registry.admin<{ verifierKey: string }>('GET', '/audit-log/checkpoint-key');
  for (let at = 0; at < 12; at += 1) {
    const id = await registry.job(key, at % 3 === 0 ? seeded.beta : seeded.acme, {
      type: TYPES[at % TYPES.length],
      repository: at % 3 === 0 ? 'beta/shop' : 'acme/shop',
      issueNumber: 200 + at,
    });
    if (at % 4 === 0) continue;
    await registry.start(key, id);
    await registry.progress(key, id, 10 + 7 * at, 'tests');
    if (at % 4 === 1) await registry.complete(key, id, { approved: true });
    if (at % 4 === 2) await registry.fail(key, id, 'The tests fail: expected 3, found 4');
  }
  // What the overview asks a person to mend.
  await registry.admin('POST', '/admin/coordinators', {
    name: 'deployer',
    workspaceIds: [seeded.acme],
    keyExpiresAt: new Date(Date.now() + 3 * 86_400_000).toISOString(),
  });
  await registry.admin('PATCH', `/admin/workspaces/${seeded.acme}`, { maxRunning: 3 });
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await signIn();
  await expect(page.locator('.recharts-surface').first()).toBeAttached();
  await take(page, 'overview');

  await page.goto(`/console/jobs/${seeded.jobs.running}`);
  await expect(page.getByText('Live', { exact: true })).toBeVisible();
  await take(page, 'job');

  await page.goto(`/console/jobs?workspace=${seeded.acme}&status=PENDING,RUNNING`);
  await page.getByRole('button', { name: 'Cancel all matching…' }).click();
  await page.getByLabel('Reason').fill('The deployment is wrong');
  await expect(page.getByRole('list', { name: 'Examples' })).toBeVisible();
  await take(page, 'cancel');

  await page.goto('/console/coordinators/new');
  await page.getByLabel('Name').fill('reporter');
  await page.getByRole('combobox', { name: 'Workspaces' }).click();
  await page.getByRole('option', { name: /acme/ }).click();
  await page.getByLabel('Name').press('Control+Enter');
  await page.getByRole('button', { name: 'Copy key' }).click();
  await take(page, 'key');
  await page.getByRole('button', { name: 'Done' }).click();

  await page.goto('/console/log?outcome=SUCCESS');
  await page.getByRole('button', { name: 'Pin a key' }).click();
  await page.getByLabel('Key from elsewhere').fill(verifierKey);
  await page.getByRole('button', { name: 'Pin key' }).click();
  await page
    .getByRole('row', { name: /job\.failed/ })
    .first()
    .click();
  await expect(page.getByRole('region', { name: 'Proof' })).toContainText('Verified');
  await take(page, 'record');

  await page.goto('/console/jobs');
  await page.getByRole('button', { name: /^Search/ }).click();
  await page.getByRole('combobox', { name: 'Search everything' }).fill('re');
  await expect(page.getByRole('option').first()).toBeVisible();
  await take(page, 'search');
});
