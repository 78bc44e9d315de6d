import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from './support/fixture';

test('a coordinator is registered in one form, and an uncopied key warns before it is lost', async ({
  page,
  signIn,
}) => {
  await signIn();
  await page.goto('/console/coordinators/new');
  await page.getByLabel('Name').fill('reporter');
  await page.getByRole('combobox', { name: 'Workspaces' }).click();
  await page.getByRole('option', { name: /acme/ }).click();
  await page.getByLabel('Name').press('Control+Enter');
  const panel = page.getByRole('dialog', { name: /Key for reporter/ });
  await expect(panel).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(panel).toBeVisible();
  await expect(panel.getByTestId('secret')).toContainText('•');
  await panel.getByRole('button', { name: 'Close without copying' }).click();
  await expect(
    panel.getByText('You have not copied this key. If you close now, it can never be used.'),
  ).toBeVisible();
  await panel.getByRole('button', { name: 'Back to the key' }).click();
  await panel.getByRole('button', { name: 'Copy key' }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(
    /^crk_[0-9A-Za-z]{16}_[0-9A-Za-z]{49}$/,
  );
  await panel.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByRole('heading', { name: 'reporter' })).toBeVisible();
});

test('the key panel stays after a click outside and after the end of the session', async ({
  page,
  signIn,
  admin,
  world,
}) => {
  const { id } = await world.registry.register('patient', [world.seeded.acme]);
  await signIn();
  await page.clock.install();
  await page.goto(`/console/coordinators/${id}`);
  await page.getByRole('button', { name: 'Issue another key' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Issue key' }).click();
  const panel = page.getByRole('dialog', { name: /Key for patient/, includeHidden: true });
  await expect(panel).toBeVisible();
  await page.mouse.click(4, 4);
  await expect(panel).toBeVisible();
  await world.registry.endSessionsOf(admin.name);
  // The page asks for its session once a minute.
  await page.clock.runFor(61_000);
  const layer = page.getByRole('dialog', { name: 'Signed out' });
  await layer.getByLabel('Access key').fill(admin.key);
  await layer.getByRole('button', { name: 'Sign in' }).click();
  await expect(layer).toHaveCount(0);
  await panel.getByRole('button', { name: 'Copy key' }).click();
  const key = await page.evaluate(() => navigator.clipboard.readText());
  const answer = await fetch(`${world.registry.url}/coordinator/health`, { headers: { 'X-API-Key': key } });
  expect(answer.status).toBe(200);
  // A copied key closes at once.
  await panel.getByRole('button', { name: 'Done' }).click();
  await expect(panel).toHaveCount(0);
});

test('each snippet runs as pasted, and none has the key on a command line', async ({
  page,
  signIn,
  world,
}) => {
  const { id } = await world.registry.register('snippets', [world.seeded.acme]);
  await signIn();
  await page.goto(`/console/coordinators/${id}`);
  await page.getByRole('button', { name: 'Issue another key' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Issue key' }).click();
  const panel = page.getByRole('dialog', { name: /Key for snippets/ });
  await panel.getByRole('button', { name: 'Show' }).click();
  const secret = (await panel.getByTestId('secret').textContent()) ?? '';
  expect(secret).toMatch(/^crk_/);
  const directory = mkdtempSync(join(tmpdir(), 'console-snippets-'));
  const run = (program: string, ...options: string[]) =>
    execFileSync(program, options, {
      cwd: directory,
      input: `${secret}\n`,
      encoding: 'utf8',
      env: { ...process.env, FORCE_COLOR: '0' },
    });
  const programs: [name: string, run: (text: string) => string, prints: RegExp][] = [
    ['Environment file', (text) => run('bash', '-c', text), /^Key: $/m],
    ['curl', (text) => run('bash', '-c', text), /"name":"snippets"/],
    ['Python', (text) => run('python3', '-c', text), /'name': 'snippets'/],
    [
      'TypeScript',
      (text) => run(process.execPath, '--input-type=module', '-e', text),
      /^200 .*name: 'snippets'/s,
    ],
  ];
  try {
    for (const [name, runs, prints] of programs) {
      await panel.getByRole('tab', { name }).click();
      const text = (await panel.locator('pre').textContent()) ?? '';
      expect(text).not.toContain(secret);
      expect(runs(text)).toMatch(prints);
    }
    for (const file of ['coordinator-snippets.key', 'coordinator-snippets.key.curl']) {
      expect(statSync(join(directory, file)).mode & 0o777).toBe(0o600);
    }
    expect(readFileSync(join(directory, '.env.registry'), 'utf8')).toContain(
      `REGISTRY_API_KEY_FILE=${realpathSync(directory)}/coordinator-snippets.key\n`,
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('a key is rotated with an overlap, and both keys show their ends', async ({ page, signIn, world }) => {
  const { id, kid } = await world.registry.register('rotating', [world.seeded.acme]);
  await signIn();
  await page.goto(`/console/coordinators/${id}`);
  await page.getByRole('button', { name: 'Rotate' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('7 days').click();
  await expect(dialog.getByText(/^Both keys work until /)).toBeVisible();
  await dialog.getByRole('button', { name: 'Rotate key' }).click();
  await page.getByRole('button', { name: 'Copy key' }).click();
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByText(/^Both keys work until /)).toContainText('The new key: never used.');
  const row = page.getByRole('listitem').filter({ hasText: kid });
  await expect(row).toContainText('Rotated, ends');
});

test('a key is revoked with its facts stated, and stays listed', async ({ page, signIn, world }) => {
  const { id, kid, key } = await world.registry.register('revoked', [world.seeded.acme]);
  await signIn();
  await page.goto(`/console/coordinators/${id}`);
  await page.getByRole('button', { name: 'Revoke' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('It was never used. It is the only live key of revoked.');
  await dialog.getByRole('button', { name: 'Revoke key' }).click();
  await expect(page.getByText('Revoked. No request with this key has any effect.')).toBeVisible();
  await expect(page.getByRole('listitem').filter({ hasText: kid })).toContainText('Revoked');
  const answer = await fetch(`${world.registry.url}/coordinator/health`, { headers: { 'X-API-Key': key } });
  expect(answer.status).toBe(401);
});

test('access is edited in place, and taking a workspace away says what stops', async ({
  page,
  signIn,
  world,
}) => {
  const { id } = await world.registry.register('edited', [world.seeded.acme, world.seeded.beta]);
  await signIn();
  await page.goto(`/console/coordinators/${id}?tab=access`);
  await page.getByLabel('Requests a minute').fill('250');
  await page.getByRole('button', { name: 'Save changes' }).click();
  await expect(page.getByText('edited is changed.')).toBeVisible();
  await page
    .locator('.mantine-Pill-root', { hasText: 'beta' })
    .getByRole('button', { includeHidden: true })
    .click();
  await page.getByRole('button', { name: 'Save changes' }).click();
  await expect(page.getByRole('dialog')).toContainText('edited loses beta.');
  await page.getByRole('dialog').getByRole('button', { name: 'Take access' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  const coordinator = await world.registry.admin<{ workspaceIds: string[]; rateLimitPerMinute: number }>(
    'GET',
    `/admin/coordinators/${id}`,
  );
  expect(coordinator).toMatchObject({ workspaceIds: [world.seeded.acme], rateLimitPerMinute: 250 });
});

test('a coordinator is suspended, activated and deleted', async ({ page, signIn, world }) => {
  const { id, key } = await world.registry.register('ended', [world.seeded.acme]);
  await signIn();
  await page.goto(`/console/coordinators/${id}`);
  await page.getByRole('button', { name: 'Suspend' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Suspend' }).click();
  await expect(page.getByText('ended is suspended.')).toBeVisible();
  const refused = await fetch(`${world.registry.url}/coordinator/health`, { headers: { 'X-API-Key': key } });
  expect(refused.status).toBe(403);
  await page.getByRole('button', { name: 'Activate' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Activate' }).click();
  await expect(page.getByText('ended is active.')).toBeVisible();
  await page.getByRole('button', { name: 'Delete' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('button', { name: 'Delete coordinator' })).toBeDisabled();
  await dialog.getByLabel('Type ended to go on').fill('ended');
  await dialog.getByRole('button', { name: 'Delete coordinator' }).click();
  await expect(page.getByText('ended is deleted.')).toBeVisible();
});

test('a key whose text is lost is replaced: a new one is issued, and the old one ends', async ({
  page,
  signIn,
  world,
}) => {
  const { id, key } = await world.registry.register('replaced', [world.seeded.acme]);
  await signIn();
  await page.goto(`/console/coordinators/${id}`);
  await page.getByRole('button', { name: 'Replace' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('A new key is issued, and this one ends at once. It was never used.');
  await dialog.getByRole('button', { name: 'Replace key' }).click();
  await page.getByRole('button', { name: 'Copy key' }).click();
  const fresh = await page.evaluate(() => navigator.clipboard.readText());
  await page.getByRole('button', { name: 'Done' }).click();
  const statusOf = async (secret: string): Promise<number> =>
    (await fetch(`${world.registry.url}/coordinator/health`, { headers: { 'X-API-Key': secret } })).status;
  expect([await statusOf(key), await statusOf(fresh)]).toEqual([401, 200]);
});

test('a key that was issued while its answer was lost is found by its request, and replaced', async ({
  page,
  signIn,
  world,
}) => {
  const { id } = await world.registry.register('unlucky', [world.seeded.acme]);
  await signIn();
  await page.goto(`/console/coordinators/${id}`);
  await page.route('**/admin/coordinators/*/keys', async (route) => {
    if (route.request().method() !== 'POST') return route.fallback();
    // The server issues the key, and the answer never arrives.
    await route.fetch();
    await route.abort('connectionreset');
  });
  await page.getByRole('button', { name: 'Issue another key' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Issue key' }).click();
  await expect(page.getByText('The key was issued, but its text was lost on the way.')).toBeVisible();
  await page.getByRole('dialog').getByRole('button', { name: 'Replace', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Replace key' }).click();
  await expect(page.getByRole('dialog', { name: /Key for unlucky/ })).toBeVisible();
  await page.getByRole('button', { name: 'Copy key' }).click();
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByRole('list', { name: 'Keys' }).getByRole('listitem')).toHaveCount(3);
});

test('an ended key shows who ended it', async ({ page, signIn, admin, world }) => {
  const { id, kid } = await world.registry.register('was-ended', [world.seeded.acme]);
  await signIn();
  await page.goto(`/console/coordinators/${id}`);
  await page.getByRole('button', { name: 'Revoke' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke key' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: kid })).toContainText(`by ${admin.name}`);
  await page.goto('/console/keys?view=revoked');
  await expect(page.getByRole('row', { name: new RegExp(kid) })).toContainText(admin.name);
  await page.goto(`/console/keys/${kid}`);
  await expect(page.getByText('Ended by').locator('..')).toContainText(admin.name);
});
