import { expect, test } from './support/fixture';

const HOURS_MS = 3 * 3_600_000;

test('a time shows its zone and UTC', async ({ page, signIn }) => {
  await signIn();
  await page.goto('/console/log?action=job.completed');
  await expect(page.getByText(/^Europe\/Zurich, UTC\+[12]$/)).toBeVisible();
  const time = page
    .getByRole('row', { name: /job\.completed/ })
    .first()
    .locator('time');
  const at = (await time.getAttribute('datetime')) ?? '';
  expect(await time.textContent()).not.toBe(at.slice(11, 23));
  await time.hover();
  const tip = page.getByRole('tooltip');
  await expect(tip).toContainText(/GMT\+0[12]:00/);
  await expect(tip).toContainText(at);
  await page.mouse.move(2, 2);
  await page.keyboard.press('u');
  await expect(page.getByText('UTC', { exact: true })).toBeVisible();
  await expect(time).toHaveText(at.slice(11, 23));
});

for (const [what, wrong] of [
  ['fast', HOURS_MS],
  ['slow', -HOURS_MS],
] as const) {
  test(`ages are right although the local clock is three hours ${what}`, async ({ page, signIn, world }) => {
    const id = await world.registry.job(world.seeded.orchestrator.key, world.seeded.acme);
    await signIn();
    await page.clock.install({ time: Date.now() + wrong });
    await page.goto('/console/jobs');
    await expect(page.getByRole('row', { name: new RegExp(id.slice(-8)) })).toContainText(
      /(?:\d+ s|[12] min) ago/,
    );
    await page.goto(`/console/jobs/${id}`);
    const created = page.getByText('Created', { exact: true }).first().locator('..').locator('time');
    await expect(created).toHaveText(/^(?:\d+ s|[12] min) ago$/);
  });
}
