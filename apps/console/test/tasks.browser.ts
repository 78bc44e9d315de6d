import { Acts } from './support/acts';
import { expect, test } from './support/fixture';

/*
 * How many clicks and acting keystrokes each task takes at most (/console is the start if the task names no page).
 */

test('a coordinator is registered and its key handed out in 7, among several workspaces', async ({
  page,
  signIn,
}) => {
  await signIn();
  const acts = new Acts(page);
  await acts.click(page.getByRole('link', { name: 'Coordinators' }));
  await acts.press('n');
  await expect(page.getByLabel('Name')).toBeFocused();
  await acts.type('counted');
  await acts.click(page.getByRole('combobox', { name: 'Workspaces' }));
  await acts.click(page.getByRole('option', { name: /acme/ }));
  await acts.press('Control+Enter');
  await expect(page.getByRole('button', { name: 'Copy key' })).toBeFocused();
  await acts.press('Enter');
  await acts.click(page.getByRole('button', { name: 'Done' }));
  await expect(page.getByRole('heading', { name: 'counted' })).toBeVisible();
  expect(acts.count).toBeLessThanOrEqual(7);
});

test('a key is rotated from its row in 4', async ({ page, signIn, world }) => {
  const { kid } = await world.registry.register('rotates', [world.seeded.acme]);
  await signIn();
  await page.goto(`/console/keys?kid=${kid}`);
  const acts = new Acts(page);
  await acts.click(page.getByRole('row', { name: new RegExp(kid) }).getByRole('button', { name: 'Rotate' }));
  await expect(page.getByRole('dialog').getByRole('radio', { name: '1 day' })).toBeChecked();
  await acts.press('Control+Enter');
  await expect(page.getByRole('button', { name: 'Copy key' })).toBeFocused();
  await acts.press('Enter');
  await acts.click(page.getByRole('button', { name: 'Done' }));
  await expect(page.getByText(/^Rotated, ends/)).toBeVisible();
  expect(acts.count).toBeLessThanOrEqual(4);
});

test('a leaked key is revoked from pasted text in 5 keystrokes', async ({ page, signIn, world }) => {
  const { key } = await world.registry.register('leaks', [world.seeded.acme]);
  await signIn();
  const acts = new Acts(page);
  await acts.press('Control+k');
  await expect(page.getByRole('combobox', { name: 'Search everything' })).toBeFocused();
  await acts.paste(key);
  await expect(page.getByRole('option', { name: /^Revoke it/ })).toBeVisible();
  await acts.press('ArrowDown');
  await acts.press('Enter');
  await expect(page.getByRole('dialog').getByRole('button', { name: 'Revoke key' })).toBeEnabled();
  await acts.press('Control+Enter');
  await expect(page.getByText('Revoked. No request with this key has any effect.')).toBeVisible();
  expect(acts.count).toBeLessThanOrEqual(5);
});

test('a key that ends soon is seen without a click', async ({ page, signIn, world }) => {
  const { id } = await world.registry.register('ends soon', [world.seeded.acme]);
  await world.registry.admin('POST', `/admin/coordinators/${id}/keys`, {
    expiresAt: new Date(Date.now() + 2 * 86_400_000).toISOString(),
  });
  await signIn();
  await page.goto('/console');
  const line = page.getByRole('region', { name: 'Needs attention' }).getByText(/of ends soon ends in/);
  await expect(line).toBeVisible();
});

test('a workspace is added, and a limit changed, on the page of a coordinator in 3', async ({
  page,
  signIn,
  world,
}) => {
  const { seeded, registry } = world;
  const { id } = await registry.register('grows', [seeded.acme]);
  const read = () =>
    registry.admin<{ workspaceIds: string[]; rateLimitPerMinute: number }>(
      'GET',
      `/admin/coordinators/${id}`,
    );
  await signIn();
  await page.goto(`/console/coordinators/${id}`);
  const add = new Acts(page);
  await expect(page.getByRole('heading', { name: 'grows' })).toBeVisible();
  await add.press('a');
  await expect(page.getByRole('combobox', { name: 'Workspaces' })).toBeFocused();
  await add.type('beta');
  await expect(page.locator('[data-combobox-selected]')).toHaveText(/beta/);
  await add.press('Enter');
  await add.press('Control+Enter');
  await expect.poll(async () => (await read()).workspaceIds.length).toBe(2);
  expect(add.count).toBeLessThanOrEqual(3);

  await page.goto(`/console/coordinators/${id}`);
  const change = new Acts(page);
  await change.click(page.getByRole('tab', { name: 'Access' }));
  // Three clicks of a mouse in a row select what the field has; for the count it is one place.
  await change.click(page.getByLabel('Requests a minute'));
  await page.keyboard.press('Control+a');
  await change.type('321');
  await change.press('Enter');
  await expect.poll(async () => (await read()).rateLimitPerMinute).toBe(321);
  expect(change.count).toBeLessThanOrEqual(3);
});

test('a job is found by its id, its issue and its repository in 3', async ({ page, signIn, world }) => {
  const { seeded } = world;
  await signIn();
  for (const [text, address] of [
    [seeded.jobs.failed, new RegExp(`/jobs/${seeded.jobs.failed}$`)],
    ['acme/shop#43', /\/jobs\?repository=acme\/shop&issue=43$/],
    ['acme/shop', /\/jobs\?repository=acme\/shop$/],
  ] as const) {
    const acts = new Acts(page);
    await acts.press('Control+k');
    await expect(page.getByRole('combobox', { name: 'Search everything' })).toBeFocused();
    await acts.paste(text);
    await expect(page.getByRole('option').first()).toBeVisible();
    await acts.press('Enter');
    await expect(page).toHaveURL(address);
    expect(acts.count).toBeLessThanOrEqual(3);
  }
});

test('a job is cancelled on its page in 2, and all matching jobs from their list in 2', async ({
  page,
  signIn,
  world,
}) => {
  const { registry } = world;
  const workspace = await registry.workspace('counted');
  const { key } = await registry.register('counted service', [workspace]);
  const id = await registry.job(key, workspace);
  await registry.job(key, workspace);
  await signIn();
  await page.goto(`/console/jobs/${id}`);
  await expect(page.getByRole('button', { name: 'Cancel job' })).toBeVisible();
  const one = new Acts(page);
  await one.press('c');
  await expect(page.getByLabel('Reason')).toBeFocused();
  await one.type('not needed');
  await one.press('Control+Enter');
  await expect(page.getByText('The job is cancelled.')).toBeVisible();
  expect(one.count).toBeLessThanOrEqual(2);

  await page.goto(`/console/jobs?workspace=${workspace}`);
  const all = new Acts(page);
  await all.click(page.getByRole('button', { name: 'Cancel all matching…' }));
  await expect(page.getByRole('button', { name: 'Cancel 1 job' })).toBeVisible();
  await expect(page.getByLabel('Reason')).toBeFocused();
  await all.type('not needed');
  await all.press('Control+Enter');
  await expect(page.getByRole('dialog', { name: '1 job cancelled' })).toBeVisible();
  expect(all.count).toBeLessThanOrEqual(2);
});

test('why a job failed is seen, and the job retried from its row, in 3', async ({ page, signIn, world }) => {
  const { registry, seeded } = world;
  const { key } = seeded.orchestrator;
  const id = await registry.job(key, seeded.acme, { type: 'retried' });
  await registry.start(key, id);
  await registry.fail(key, id, 'the disk is full');
  await signIn();
  await page.goto('/console/jobs?type=retried');
  const acts = new Acts(page);
  await acts.click(page.getByRole('row', { name: /retried/ }));
  await expect(page.getByText('the disk is full').first()).toBeVisible();
  await acts.press('r');
  await expect(page.getByLabel('Reason')).toBeFocused();
  await acts.type('the disk is larger');
  await acts.press('Control+Enter');
  await expect(page.getByText('Pending', { exact: true }).first()).toBeVisible();
  expect(acts.count).toBeLessThanOrEqual(3);
});

test('refusals, what a key did, who changed it and a proof are a few acts away for an auditor', async ({
  page,
  signIn,
  world,
}) => {
  const { orchestrator } = world.seeded;
  await signIn();
  const refusals = new Acts(page);
  await refusals.click(page.getByRole('link', { name: /refused$/ }));
  await expect(page).toHaveURL(/outcome=DENIED&since=1h/);
  expect(refusals.count).toBeLessThanOrEqual(1);

  await page.goto('/console');
  const view = new Acts(page);
  await view.click(page.getByRole('link', { name: 'Audit log' }));
  await view.click(page.getByText('Refusals last hour'));
  await expect(page).toHaveURL(/outcome=DENIED&since=1h/);
  expect(view.count).toBeLessThanOrEqual(2);

  const did = new Acts(page);
  await did.press('Control+k');
  await expect(page.getByRole('combobox', { name: 'Search everything' })).toBeFocused();
  await did.paste(orchestrator.key);
  await expect(page.getByRole('option', { name: /^Everything this key did/ })).toBeVisible();
  await did.press('Enter');
  await expect(page).toHaveURL(new RegExp(`kid=${orchestrator.kid}`));
  await expect(page.getByRole('row', { name: /job\.created/ }).first()).toBeVisible();
  expect(did.count).toBeLessThanOrEqual(3);

  // The record is verified as it opens.
  const verify = new Acts(page);
  await verify.click(page.getByRole('row', { name: /job\.created/ }).first());
  await expect(page.getByRole('region', { name: 'Proof' })).toContainText('Consistent');
  expect(verify.count).toBeLessThanOrEqual(1);

  const list = new Acts(page);
  await list.click(page.getByRole('button', { name: 'Verify these' }));
  await expect(page.getByText(/This check runs in code/).first()).toBeVisible();
  expect(list.count).toBeLessThanOrEqual(1);

  const exported = new Acts(page);
  await page.evaluate(() => {
    window.showSaveFilePicker = undefined;
  });
  await exported.click(page.getByRole('button', { name: 'Export' }));
  await exported.click(page.getByRole('dialog').getByRole('button', { name: 'Export' }));
  await expect(page.getByText(/^Complete: \d+ records\.$/)).toBeVisible();
  expect(exported.count).toBeLessThanOrEqual(2);

  await page.goto(`/console/coordinators/${orchestrator.id}`);
  const history = new Acts(page);
  await history.click(page.getByRole('tab', { name: 'History' }));
  await expect(page.getByRole('tabpanel')).toContainText('registered');
  expect(history.count).toBeLessThanOrEqual(1);
});
