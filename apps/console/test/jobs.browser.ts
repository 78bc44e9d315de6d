import { expect, test } from './support/fixture';

test('a running job is cancelled with a reason, which the timeline shows', async ({
  page,
  signIn,
  world,
}) => {
  const { registry, seeded } = world;
  const id = await registry.job(seeded.orchestrator.key, seeded.acme);
  await registry.start(seeded.orchestrator.key, id);
  await signIn();
  await page.goto(`/console/jobs/${id}`);
  await expect(page.getByText('Running', { exact: true })).toBeVisible();
  await page.keyboard.press('c');
  const dialog = page.getByRole('dialog', { name: 'Cancel this job?' });
  await expect(dialog.getByRole('button', { name: 'Cancel job' })).toBeDisabled();
  await expect(dialog.getByRole('button', { name: 'Keep running' })).toBeVisible();
  await dialog.getByLabel('Reason').fill('the deployment is wrong');
  await dialog.getByLabel('Reason').press('Control+Enter');
  await expect(page.getByText('The job is cancelled.')).toBeVisible();
  await expect(page.getByText('Cancelled', { exact: true }).first()).toBeVisible();
  await expect(page.getByText('the deployment is wrong')).toBeVisible();
});

test('a job that ended first is not cancelled, and the dialog says so', async ({ page, signIn, world }) => {
  const { registry, seeded } = world;
  const id = await registry.job(seeded.orchestrator.key, seeded.acme);
  await registry.start(seeded.orchestrator.key, id);
  await signIn();
  await page.goto(`/console/jobs/${id}`);
  await page.getByRole('button', { name: 'Cancel job' }).click();
  await registry.complete(seeded.orchestrator.key, id, {});
  await page.getByLabel('Reason').fill('too late');
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel job' }).click();
  await expect(page.getByRole('dialog')).toContainText('The job is now Completed. Nothing was changed.');
});

test('a failed job is retried with a reason', async ({ page, signIn, world }) => {
  const { registry, seeded } = world;
  const id = await registry.job(seeded.orchestrator.key, seeded.acme);
  await registry.start(seeded.orchestrator.key, id);
  await registry.fail(seeded.orchestrator.key, id, 'the tests fail');
  await signIn();
  await page.goto(`/console/jobs/${id}`);
  await expect(page.getByText('Failed in step tests')).toBeVisible();
  await page.getByRole('button', { name: 'Retry job' }).click();
  const dialog = page.getByRole('dialog', { name: 'Retry this job?' });
  await expect(dialog).toContainText('Attempt 2 of 3 begins when a worker claims it.');
  await dialog.getByLabel('Reason').fill('the deployment is right');
  await dialog.getByRole('button', { name: 'Retry job' }).click();
  await expect(page.getByText('Pending', { exact: true }).first()).toBeVisible();
});

test('a running job is followed without a reload', async ({ page, signIn, world }) => {
  const { registry, seeded } = world;
  const id = await registry.job(seeded.orchestrator.key, seeded.acme);
  await registry.start(seeded.orchestrator.key, id);
  await signIn();
  await page.goto(`/console/jobs/${id}`);
  await expect(page.getByText('Live', { exact: true })).toBeVisible();
  await registry.progress(seeded.orchestrator.key, id, 64, 'lint');
  await expect(page.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '64');
  await registry.complete(seeded.orchestrator.key, id, { approved: true });
  await expect(page.getByText('Completed', { exact: true }).first()).toBeVisible();
});

test('filters are in the address, and the way back restores them', async ({ page, signIn }) => {
  await signIn();
  await page.goto('/console/jobs');
  await page.getByRole('button', { name: /^Failed/ }).click();
  await expect(page).toHaveURL(/status=FAILED/);
  const row = page.getByRole('row', { name: /fix-tests/ });
  await expect(row).toBeVisible();
  await row.click();
  await expect(page.getByRole('heading', { name: 'fix-tests' })).toBeVisible();
  await page.goBack();
  await expect(page).toHaveURL(/status=FAILED/);
  await expect(page.getByRole('button', { name: /^Failed/ })).toHaveAttribute('aria-pressed', 'true');
  await page.reload();
  await expect(row).toBeVisible();
});

test('bulk cancel shows counts and examples, and touches nothing newer', async ({ page, signIn, world }) => {
  const { registry } = world;
  const workspace = await registry.workspace('bulk');
  const { key } = await registry.register('bulk service', [workspace]);
  for (let at = 0; at < 3; at += 1) await registry.job(key, workspace, { type: 'old' });
  await signIn();
  await page.goto(`/console/jobs?workspace=${workspace}&type=old`);
  await page.getByRole('button', { name: 'Cancel all matching…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Cancel 3 jobs?' });
  await expect(dialog).toContainText('0 run now, 3 wait in bulk.');
  await expect(dialog.getByRole('list', { name: 'Filter' })).toContainText('type old');
  const newer = await registry.job(key, workspace, { type: 'old' });
  await dialog.getByLabel('Reason').fill('the queue is wrong');
  await dialog.getByRole('button', { name: 'Cancel 3 jobs' }).click();
  await expect(page.getByRole('dialog', { name: '3 jobs cancelled' })).toBeVisible();
  const job = await registry.admin<{ status: string }>('GET', `/jobs/${newer}`);
  expect(job.status).toBe('PENDING');
});

test('selected jobs are cancelled one by one, by the keyboard alone', async ({ page, signIn, world }) => {
  const { registry } = world;
  const workspace = await registry.workspace('keyboard');
  const { key } = await registry.register('keyboard service', [workspace]);
  for (let at = 0; at < 2; at += 1) await registry.job(key, workspace);
  await signIn();
  await page.goto(`/console/jobs?workspace=${workspace}`);
  await expect(page.getByRole('row')).toHaveCount(3);
  for (const press of ['j', 'x', 'j', 'x']) await page.keyboard.press(press);
  await expect(page.getByText('2 of 2 loaded jobs selected')).toBeVisible();
  await page.getByRole('button', { name: 'Cancel selected…' }).press('Enter');
  await page.getByLabel('Reason').fill('not needed');
  await page.getByLabel('Reason').press('Control+Enter');
  await expect(page.getByRole('dialog', { name: 'This is what happened' })).toContainText('Cancelled');
});

test('bulk cancel is refused if the filter has only jobs that have ended', async ({
  page,
  signIn,
  world,
}) => {
  const { registry } = world;
  const workspace = await registry.workspace('ended');
  const { key } = await registry.register('ended service', [workspace]);
  const id = await registry.job(key, workspace);
  await signIn();
  await page.goto(`/console/jobs?workspace=${workspace}&status=FAILED,COMPLETED`);
  await page.getByRole('button', { name: 'Cancel all matching…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Cancel matching jobs?' });
  await expect(dialog).toContainText('The filter has only jobs that have ended. These cannot be cancelled.');
  await expect(dialog.getByRole('button', { name: 'Cancel jobs' })).toBeDisabled();
  await dialog.getByRole('button', { name: 'Keep jobs' }).click();
  const job = await registry.admin<{ status: string }>('GET', `/jobs/${id}`);
  expect(job.status).toBe('PENDING');
});

test('a job without an issue shows its repository alone', async ({ page, signIn, world }) => {
  const { registry, seeded } = world;
  const id = await registry.job(seeded.orchestrator.key, seeded.acme, { repository: 'acme/shop' });
  await signIn();
  await page.goto('/console/jobs?repository=acme/shop&status=PENDING');
  await expect(page.getByRole('row', { name: new RegExp(id.slice(-8)) })).toContainText('acme/shop');
  await expect(page.getByText('#null')).toHaveCount(0);
  await page.goto(`/console/jobs/${id}`);
  await expect(page.getByRole('link', { name: 'acme/shop', exact: true })).toBeVisible();
});

test('new jobs wait behind a button while the list is scrolled, and Live says why', async ({
  page,
  signIn,
  world,
}) => {
  const { registry } = world;
  const workspace = await registry.workspace('live');
  const { key } = await registry.register('live service', [workspace]);
  for (let at = 0; at < 40; at += 1) await registry.job(key, workspace);
  await signIn();
  await page.goto(`/console/jobs?workspace=${workspace}`);
  const first = page.getByRole('row').nth(1);
  await expect(first).toBeVisible();
  const before = await first.getAttribute('id');
  await registry.job(key, workspace);
  await expect(page.getByRole('button', { name: '1 new' })).toBeVisible();
  expect(await first.getAttribute('id')).toBe(before);
  await page.getByRole('button', { name: '1 new' }).click();
  await expect(first).not.toHaveAttribute('id', before ?? '');
  await page.getByRole('group', { name: 'Jobs' }).hover();
  await page.mouse.wheel(0, 600);
  await expect(page.getByText('Live is paused because you scrolled.')).toBeVisible();
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect(page.getByText('Live is paused because you scrolled.')).toHaveCount(0);
});
