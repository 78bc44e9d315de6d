import { expect, test } from './support/fixture';

test('a copied link has absolute times, and opens the same rows tomorrow', async ({
  page,
  signIn,
  browser,
  world,
}) => {
  const { registry } = world;
  const workspace = await registry.workspace('links');
  const { key } = await registry.register('links service', [workspace]);
  const first = await registry.job(key, workspace);
  await signIn();
  for (const [path, list] of [
    [`jobs?workspace=${workspace}&since=1h`, 'Jobs'],
    [`log?workspace=${workspace}&action=job.created&since=1h`, 'Audit log'],
  ] as const) {
    await page.goto(`/console/${path}`);
    const rows = page.getByRole('group', { name: list }).locator('tr[aria-rowindex]');
    await expect(rows.first()).toBeVisible();
    const before = await rows.evaluateAll((found) => found.map(({ id }) => id));
    await page.keyboard.press('y');
    await expect(page.getByText('The link is copied.').first()).toBeVisible();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    expect(link).toMatch(/from=\d{4}-.*Z&to=\d{4}-.*Z/);
    expect(link).not.toContain('since=');
    // What comes later is not in it, and the time of the reader does not matter.
    await registry.job(key, workspace);
    // A context of its own: the clock is that of all its pages.
    const later = await browser.newContext({ storageState: await page.context().storageState() });
    const tomorrow = await later.newPage();
    await tomorrow.clock.install({ time: Date.now() + 86_400_000 });
    await tomorrow.goto(link);
    const same = tomorrow.getByRole('group', { name: list }).locator('tr[aria-rowindex]');
    await expect(same.first()).toBeVisible();
    expect(await same.evaluateAll((found) => found.map(({ id }) => id))).toEqual(before);
    await later.close();
  }
  await page.goto(`/console/jobs?workspace=${workspace}&since=1h`);
  await expect(page.getByRole('row', { name: new RegExp(first.slice(-8)) })).toBeVisible();
});

test('back from a job returns to the same filters and the same place', async ({ page, signIn, world }) => {
  const { registry } = world;
  const workspace = await registry.workspace('place');
  const { key } = await registry.register('place service', [workspace]);
  for (let at = 0; at < 45; at += 1) await registry.job(key, workspace, { type: 'placed' });
  await signIn();
  await page.goto(`/console/jobs?workspace=${workspace}&status=PENDING`);
  const list = page.getByRole('group', { name: 'Jobs' });
  await expect(list.locator('tr[aria-rowindex]').first()).toBeVisible();
  await list.hover();
  await page.mouse.wheel(0, 500);
  await expect.poll(() => list.evaluate(({ scrollTop }) => scrollTop)).toBeGreaterThan(400);
  const place = await list.evaluate(({ scrollTop }) => scrollTop);
  // One that is in sight, so that opening it does not scroll.
  const row = await list.evaluate((scroller) => {
    const { top, bottom } = scroller.getBoundingClientRect();
    const rows = [...scroller.querySelectorAll('tr[aria-rowindex]')];
    return rows.find((it) => {
      const box = it.getBoundingClientRect();
      return box.top > top + 60 && box.bottom < bottom - 60;
    })?.id;
  });
  await page.locator(`[id="${row}"]`).getByRole('link', { name: 'placed' }).click();
  await expect(page.getByRole('heading', { name: 'placed' })).toBeVisible();
  await page.goBack();
  await expect(page).toHaveURL(/status=PENDING$/);
  await expect(page.locator(`[id="${row}"]`)).toBeInViewport();
  expect(await list.evaluate(({ scrollTop }) => scrollTop)).toBe(place);
});

test('bulk cancel uses the visible filter after back, forward and reload', async ({
  page,
  signIn,
  world,
}) => {
  const { registry } = world;
  const workspace = await registry.workspace('filters');
  const { key } = await registry.register('filters service', [workspace]);
  const kept = [
    await registry.job(key, workspace, { type: 'first' }),
    await registry.job(key, workspace, { type: 'first' }),
  ];
  const ended = await registry.job(key, workspace, { type: 'second' });
  await signIn();
  await page.goto(`/console/jobs?workspace=${workspace}&type=first`);
  const filter = page.getByRole('textbox', { name: 'Type' });
  await filter.fill('second');
  await filter.press('Enter');
  await expect(page).toHaveURL(/type=second/);
  const bulk = page.getByRole('button', { name: 'Cancel all matching…' });
  const asks = async (title: string, type: string): Promise<void> => {
    await bulk.click();
    const dialog = page.getByRole('dialog', { name: title });
    await expect(dialog.getByRole('list', { name: 'Filter' })).toContainText(`type ${type}`);
    await dialog.getByRole('button', { name: 'Keep jobs' }).click();
    await expect(dialog).toHaveCount(0);
  };
  await asks('Cancel 1 job?', 'second');
  await page.goBack();
  await expect(filter).toHaveValue('first');
  await asks('Cancel 2 jobs?', 'first');
  await page.goForward();
  await expect(filter).toHaveValue('second');
  await asks('Cancel 1 job?', 'second');
  await page.reload();
  await asks('Cancel 1 job?', 'second');
  const sent = page.waitForRequest('**/jobs/cancel');
  await bulk.click();
  await page.getByLabel('Reason').fill('the filter is right');
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel 1 job' }).click();
  expect((await sent).postDataJSON()).toMatchObject({ workspaceId: workspace, type: 'second' });
  await expect(page.getByRole('dialog', { name: '1 job cancelled' })).toBeVisible();
  const statusOf = async (id: string) =>
    (await registry.admin<{ status: string }>('GET', `/jobs/${id}`)).status;
  expect(await Promise.all([...kept, ended].map(statusOf))).toEqual(['PENDING', 'PENDING', 'CANCELLED']);
});

test('bulk cancel can be stopped, and says how far it came', async ({ page, signIn, world }) => {
  const { registry } = world;
  const workspace = await registry.workspace('stopped');
  const { key } = await registry.register('stopped service', [workspace]);
  for (let at = 0; at < 3; at += 1) await registry.job(key, workspace);
  await signIn();
  let requests = 0;
  let answer: () => void = () => undefined;
  const isHeld = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await page.route('**/jobs/cancel', async (route) => {
    requests += 1;
    const real = await route.fetch();
    await isHeld;
    // One request cancels up to 5,000 jobs. So many would take a test too long.
    await route.fulfill({ response: real, json: { ...(await real.json()), more: true } });
  });
  await page.goto(`/console/jobs?workspace=${workspace}`);
  await page.getByRole('button', { name: 'Cancel all matching…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Cancel 3 jobs?' });
  await dialog.getByLabel('Reason').fill('too many');
  await dialog.getByRole('button', { name: 'Cancel 3 jobs' }).click();
  await expect(dialog.getByText('0 of about 3 cancelled.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Stop' }).click();
  answer();
  const outcome = page.getByRole('dialog', { name: '3 jobs cancelled' });
  await expect(outcome).toContainText('You stopped it. The rest was not touched.');
  expect(requests).toBe(1);
  await outcome.getByRole('link', { name: 'Show them in the log' }).click();
  await expect(page.getByRole('row', { name: /job\.cancelled/ })).toHaveCount(3);
});
