import { expect, test } from './support/fixture';

test('offline, the page keeps what was loaded, and no change can be sent', async ({
  page,
  signIn,
  context,
  world,
}) => {
  const id = await world.registry.job(world.seeded.orchestrator.key, world.seeded.acme);
  await signIn();
  await page.goto(`/console/jobs/${id}`);
  const cancel = page.getByRole('button', { name: 'Cancel job' });
  await expect(cancel).toBeVisible();
  const changes: string[] = [];
  page.on('request', (request) => {
    if (request.method() !== 'GET') changes.push(request.url());
  });
  await context.setOffline(true);
  await expect(
    page.getByText(/^You are offline\. You see what was loaded at .+\. Changes are switched off\.$/),
  ).toBeVisible();
  await expect(cancel).toHaveAttribute('aria-disabled', 'true');
  await cancel.hover();
  await expect(page.getByRole('tooltip')).toHaveText('You are offline. Changes are switched off.');
  await cancel.dispatchEvent('click');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.keyboard.press('c');
  const dialog = page.getByRole('dialog', { name: 'Cancel this job?' });
  await dialog.getByLabel('Reason').fill('the line is down');
  await dialog.getByLabel('Reason').press('Control+Enter');
  await expect(dialog.getByRole('button', { name: 'Cancel job' })).toBeDisabled();
  await expect(dialog).toContainText('You are offline. Changes are switched off.');
  expect(changes).toEqual([]);
  await context.setOffline(false);
  await dialog.getByRole('button', { name: 'Cancel job' }).click();
  await expect(page.getByText('The job is cancelled.')).toBeVisible();
  expect(changes).toHaveLength(1);
});

for (const [what, ends, text] of [
  [
    'is idle for 30 minutes',
    { idleExpiresAt: 3_000 },
    'You were signed out after 30 minutes without use. Sign in to continue here.',
  ],
  [
    'is 12 hours old',
    { expiresAt: 3_000 },
    'Your session has reached its limit of 12 hours. Sign in to continue here.',
  ],
  ['is ended by an administrator', {}, 'Your access has ended. Ask an administrator.'],
] as const) {
  test(`a session that ${what} says so, and the page stays`, async ({ page, signIn, admin, world }) => {
    await signIn();
    // A test cannot wait so long: the page reads an earlier end, and the server ends the session.
    await page.route('**/session', async (route) => {
      if (route.request().method() !== 'GET') return route.fallback();
      const answer = await route.fetch();
      const session = await answer.json();
      for (const [name, ms] of Object.entries(ends)) session[name] = new Date(Date.now() + ms).toISOString();
      await route.fulfill({ response: answer, json: session });
    });
    await page.goto(`/console/jobs/${world.seeded.jobs.completed}`);
    await expect(page.getByRole('heading', { name: 'summary', includeHidden: true })).toBeAttached();
    await world.registry.endSessionsOf(admin.name);
    await expect(page.getByRole('dialog', { name: 'You will be signed out in 2 minutes.' })).toHaveCount(0);
    for (const key of ['g', 'j']) await page.keyboard.press(key);
    const layer = page.getByRole('dialog', { name: 'Signed out' });
    await expect(layer).toContainText(text);
    await layer.getByLabel('Access key').fill(admin.key);
    await layer.getByRole('button', { name: 'Sign in' }).click();
    await expect(layer).toHaveCount(0);
    await expect(page.getByRole('heading', { name: /^(?:summary|Jobs)$/, level: 1 })).toBeAttached();
    await page.unrouteAll({ behavior: 'ignoreErrors' });
  });
}

test('two minutes before the end by disuse the page warns, and one press keeps the session', async ({
  page,
  signIn,
}) => {
  await signIn();
  let left = 100_000;
  await page.route('**/session', async (route) => {
    const answer = await route.fetch();
    const idleExpiresAt = new Date(Date.now() + left).toISOString();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), idleExpiresAt } });
  });
  await page.goto('/console/jobs');
  const warning = page.getByRole('dialog', { name: 'You will be signed out in 2 minutes.' });
  await expect(warning).toBeVisible();
  left = 1_800_000;
  await warning.getByRole('button', { name: 'Stay signed in' }).click();
  await expect(warning).toHaveCount(0);
  await page.unrouteAll({ behavior: 'ignoreErrors' });
});

test('a feed whose position was removed by retention says so, and goes on from there', async ({
  page,
  signIn,
  world,
}) => {
  const asked: (string | null)[] = [];
  // Retention removes whole months, so a test cannot make it remove a record of today.
  await page.route('**/audit-log/feed?*', async (route) => {
    const after = new URL(route.request().url()).searchParams.get('after');
    asked.push(after);
    if (after !== 'latest') return route.fallback();
    await route.fulfill({
      status: 410,
      contentType: 'application/problem+json',
      json: { code: 'position-pruned', title: 'The records are removed', requestId: 'request-1', oldest: 4 },
    });
  });
  await signIn();
  await page.goto('/console/log?action=job.created');
  await page.getByRole('switch', { name: 'Live' }).click();
  await expect(page.getByText('Records before position 4 were removed by retention.')).toBeVisible();
  await page.getByRole('button', { name: 'Continue from there' }).click();
  await expect(page.getByText('Live: new records appear as they are sealed.')).toBeVisible();
  expect(asked).toEqual(['latest', '3']);
  const id = await world.registry.job(world.seeded.orchestrator.key, world.seeded.acme);
  await expect(page.getByRole('row', { name: new RegExp(id.slice(-8)) })).toBeVisible();
});

test('a page that a role may not open says who may, and a job out of reach does not exist', async ({
  page,
  signIn,
  world,
}) => {
  const { registry, seeded } = world;
  const { key } = await registry.operator('Edsger', 'OPERATOR', [seeded.acme]);
  const hidden = await registry.job(seeded.orchestrator.key, seeded.beta);
  await signIn({ name: 'Edsger', key });
  for (const [path, name] of [
    ['coordinators', 'Coordinators'],
    ['coordinators/new', 'Coordinators'],
    [`coordinators/${seeded.orchestrator.id}`, 'Coordinators'],
    ['keys', 'Keys'],
    [`keys/${seeded.orchestrator.kid}`, 'Keys'],
    ['operators', 'Operators'],
    ['start', 'the first steps'],
  ] as const) {
    await page.goto(`/console/${path}`);
    await expect(
      page.getByText(`Only administrators may open ${name}. You are signed in as Edsger, operator.`),
    ).toBeVisible();
  }
  await page.goto(`/console/jobs/${hidden}`);
  await expect(page.getByText('There is no such job, or you may not see its workspace.')).toBeVisible();
  await page.getByRole('link', { name: 'Back to Jobs' }).click();
  await expect(page.getByText('You see the workspace acme only.')).toBeVisible();
});

test('every page says what could not be loaded, and loads it again', async ({ page, signIn, world }) => {
  test.setTimeout(120_000);
  const { orchestrator, jobs, acme } = world.seeded;
  let broken = '';
  await page.route('**/*', async (route) => {
    const request = route.request();
    if (request.resourceType() !== 'fetch' || new URL(request.url()).pathname !== broken) {
      return route.fallback();
    }
    await route.fulfill({
      status: 500,
      contentType: 'application/problem+json',
      json: {
        code: 'internal-error',
        title: 'The server made an error',
        status: 500,
        detail: '',
        requestId: 'request-1',
      },
    });
  });
  await signIn();
  for (const [path, route, name] of [
    ['', '/overview', 'The overview'],
    ['jobs', '/jobs', 'Jobs'],
    [`jobs/${jobs.failed}`, `/jobs/${jobs.failed}`, 'The job'],
    ['log', '/audit-log', 'Records'],
    ['log/checkpoints', '/audit-log/checkpoints', 'Checkpoints'],
    ['coordinators', '/admin/coordinators', 'Coordinators'],
    [`coordinators/${orchestrator.id}`, `/admin/coordinators/${orchestrator.id}`, 'The coordinator'],
    ['keys', '/admin/keys', 'Keys'],
    [`keys/${orchestrator.kid}`, '/admin/keys', 'The key'],
    ['workspaces', '/workspaces', 'Workspaces'],
    [`workspaces/${acme}`, '/workspaces', 'The workspace'],
    ['operators', '/admin/operators', 'Operators'],
    ['sessions', '/sessions', 'Sessions'],
  ] as const) {
    broken = route;
    await page.goto(`/console/${path}`);
    const failed = page.getByText(
      `${name} could not be loaded. The server made an error. Request request-1.`,
    );
    await expect(failed).toBeVisible();
    broken = '';
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect(failed).toHaveCount(0);
    await expect(page.getByText(/could not be loaded/)).toHaveCount(0);
  }
});

test('a list that loads is announced, and old rows stay while a filter loads', async ({ page, signIn }) => {
  await signIn();
  let release: () => void = () => undefined;
  let isHeld = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/jobs?*', async (route) => {
    if (route.request().resourceType() === 'fetch') await isHeld;
    await route.fallback();
  });
  await page.goto('/console/jobs?type=fix-tests');
  await expect(page.getByText('Loading jobs.')).toBeAttached();
  release();
  await expect(page.getByRole('row', { name: /fix-tests/ })).toBeVisible();
  isHeld = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.getByRole('button', { name: /^Completed/ }).click();
  await expect(page.locator('[data-dimmed]')).toContainText('fix-tests');
  release();
  await expect(page.getByRole('row', { name: /fix-tests/ })).toHaveCount(0);
});

test('a page whose code cannot be loaded says so, and can be loaded again', async ({ page, signIn }) => {
  await signIn();
  await page.route('**/console/assets/WorkspacesPage-*.js', (route) => route.abort());
  await page.goto('/console/workspaces');
  await expect(page.getByText(/^The page could not be shown\./)).toBeVisible();
  await page.unrouteAll({ behavior: 'wait' });
  await page.getByRole('button', { name: 'Load the page again' }).click();
  await expect(page.getByRole('heading', { name: 'Workspaces', level: 1 })).toBeVisible();
});
