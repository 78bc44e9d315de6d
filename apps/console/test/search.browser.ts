import { expect, test } from './support/fixture';

test('a pasted id, issue, address and name lead to the thing', async ({ page, signIn, world }) => {
  const { seeded } = world;
  await world.registry.operator('Katherine', 'AUDITOR');
  await signIn();
  const asked: string[] = [];
  page.on('request', (request) => {
    if (new URL(request.url()).pathname === '/find') asked.push(request.url());
  });
  for (const [text, heading] of [
    [seeded.jobs.failed, 'fix-tests'],
    [seeded.orchestrator.kid, seeded.orchestrator.kid],
    ['orchestr', 'orchestrator'],
    ['acme', 'Acme'],
    ['kather', 'Katherine'],
    ['acme/shop#43', 'Jobs'],
    ['127.0.0.1', 'Audit log'],
    ['job.created', 'Audit log'],
  ] as const) {
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Search everything' }).fill(text);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(heading);
  }
  // One request for an id, and one for a name. The rest is recognised in the browser, except a kid without a digit, which may be a name.
  expect(asked.filter((it) => !it.endsWith(seeded.orchestrator.kid))).toHaveLength(4);
});

test('a pasted whole key is shown by its kid only, and leaves the browser only to be revoked', async ({
  page,
  signIn,
  world,
}) => {
  const { key, kid } = await world.registry.register('leaked', [world.seeded.acme]);
  await signIn();
  const sent: string[] = [];
  page.on('request', (request) =>
    sent.push(`${request.method()} ${request.url()} ${request.postData() ?? ''}`),
  );
  await page.keyboard.press('Control+k');
  const box = page.getByRole('combobox', { name: 'Search everything' });
  await box.fill(key);
  await expect(box).toHaveValue(`crk_${kid}…`);
  await expect(page.getByRole('option')).toHaveText([/^Everything this key did/, /^Revoke it/, /^Open key/]);
  expect(sent.filter((it) => it.includes(key.slice(21)))).toEqual([]);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke key' }).click();
  await expect(page.getByText('Revoked. No request with this key has any effect.')).toBeVisible();
  expect(sent.filter((it) => it.includes(key.slice(21)))).toHaveLength(1);
  expect(sent.filter((it) => it.includes('/keys/revoke'))).toHaveLength(1);
  const answer = await fetch(`${world.registry.url}/coordinator/health`, { headers: { 'X-API-Key': key } });
  expect(answer.status).toBe(401);
});

test('a lost answer is looked up by its request id', async ({ page, signIn, world }) => {
  const id = await world.registry.job(world.seeded.orchestrator.key, world.seeded.acme);
  await signIn();
  await page.goto(`/console/jobs/${id}`);
  await page.route('**/jobs/*/cancel', async (route) => {
    // The server acts, and the answer never arrives.
    await route.fetch();
    await route.abort('connectionreset');
  });
  await page.getByRole('button', { name: 'Cancel job' }).click();
  await page.getByLabel('Reason').fill('the line breaks');
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel job' }).click();
  await expect(page.getByText('The job is cancelled.')).toBeVisible();
  await expect(page.getByText('Cancelled', { exact: true }).first()).toBeVisible();
});

test('a list that cannot be loaded says why, with the request, and can be tried again', async ({
  page,
  signIn,
}) => {
  await signIn();
  let isBroken = true;
  await page.route('**/jobs?*', async (route) => {
    if (!isBroken || route.request().isNavigationRequest()) return route.fallback();
    await route.fulfill({
      status: 500,
      contentType: 'application/problem+json',
      json: {
        type: '/problems/internal-error',
        title: 'The server made an error',
        status: 500,
        detail: '',
        code: 'internal-error',
        requestId: 'request-1',
      },
    });
  });
  await page.goto('/console/jobs?type=any');
  await expect(
    page.getByText('Jobs could not be loaded. The server made an error. Request request-1.'),
  ).toBeVisible();
  isBroken = false;
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByText('No jobs match these filters.')).toBeVisible();
});
