import { expect, test } from './support/fixture';

test('a whole key signs in once, and stays in no storage, address or title', async ({
  page,
  admin,
  context,
}) => {
  await page.goto('/console/jobs?status=RUNNING');
  await expect(page).toHaveURL(/\/console\/sign-in\?next=/);
  await expect(page.getByRole('button', { name: /^Sign in with/ })).toHaveCount(0);
  await page.getByLabel('Access key').fill(admin.key);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(/\/console\/jobs\?status=RUNNING$/);
  await expect(page.getByRole('heading', { name: 'Jobs', level: 1 })).toBeVisible();
  const kept = await page.evaluate(() =>
    JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]),
  );
  expect(kept).not.toContain(admin.key.slice(4));
  const [cookie] = await context.cookies();
  expect(cookie).toMatchObject({ name: '__Host-session', httpOnly: true, secure: true, sameSite: 'Strict' });
});

test('a mistyped key, and a key of a coordinator, are refused before they are sent', async ({
  page,
  admin,
  world,
}) => {
  await page.goto('/console/sign-in');
  const sent: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST') sent.push(request.url());
  });
  const field = page.getByLabel('Access key');
  await field.fill(`${admin.key.slice(0, -1)}${admin.key.endsWith('a') ? 'b' : 'a'}`);
  await field.press('Enter');
  await expect(page.getByText('This key is incomplete or mistyped.')).toBeVisible();
  await field.fill(world.seeded.orchestrator.key);
  await field.press('Enter');
  await expect(page.getByText("This is a coordinator's key. Access keys begin with cro_.")).toBeVisible();
  expect(sent).toEqual([]);
});

test('signing out ends the session on the server', async ({ page, signIn, context }) => {
  await signIn();
  const cookies = await context.cookies();
  await page.getByRole('button', { name: /^Account of / }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/sign-in/);
  await context.addCookies(cookies);
  await page.goto('/console/jobs');
  await expect(page).toHaveURL(/sign-in/);
});

test('a session that ends is renewed on the page, which keeps its content', async ({
  page,
  signIn,
  admin,
  world,
}) => {
  await signIn();
  await page.goto(`/console/jobs/${world.seeded.jobs.running}`);
  await expect(page.getByRole('heading', { name: 'code-review' })).toBeVisible();
  const { items } = await world.registry.admin<{ items: { id: string; operator: { name: string } }[] }>(
    'GET',
    '/sessions',
  );
  for (const it of items.filter(({ operator }) => operator.name === admin.name)) {
    await world.registry.admin('DELETE', `/sessions/${it.id}`);
  }
  // The page may notice the end by itself. The dialog then covers the tab, and a click of the mouse would wait for ever.
  await page.getByRole('tab', { name: 'Attempts', includeHidden: true }).dispatchEvent('click');
  await expect(page.getByRole('dialog', { name: 'Signed out' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'code-review', includeHidden: true })).toBeAttached();
  await page.getByRole('dialog').getByLabel('Access key').fill(admin.key);
  await page.getByRole('dialog').getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page.getByText('Attempt 1', { exact: true })).toBeVisible();
});

test('an auditor sees no page and no button that the server would refuse', async ({
  page,
  signIn,
  world,
}) => {
  const { key } = await world.registry.operator('Grace', 'AUDITOR', [world.seeded.acme]);
  await signIn({ name: 'Grace', key });
  await page.goto('/console/jobs');
  await expect(page.getByText('You see the workspace acme only.')).toBeVisible();
  await expect(page.getByText('Auditors can read jobs but cannot cancel them.')).toBeVisible();
  const pages = page.getByRole('navigation', { name: 'Pages' });
  await expect(pages.getByRole('link')).toHaveText([
    'Overview',
    'Jobs',
    'Audit log',
    'Workspaces',
    'Sessions',
  ]);
  await page.goto('/console/keys');
  await expect(
    page.getByText('Only administrators may open Keys. You are signed in as Grace, auditor.'),
  ).toBeVisible();
});

test('another session can be ended from the list', async ({ page, signIn, browser, admin, world }) => {
  await signIn();
  const other = await browser.newContext({ baseURL: world.registry.url });
  const second = await other.newPage();
  await second.goto('/console/sign-in');
  await second.getByLabel('Access key').fill(admin.key);
  await second.getByRole('button', { name: 'Sign in' }).click();
  await expect(second).not.toHaveURL(/sign-in/);
  await page.goto('/console/sessions');
  await page.getByRole('button', { name: 'End all my others' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'End 1 session' }).click();
  await expect(page.getByText('Your other sessions are ended.')).toBeVisible();
  await second.goto('/console/jobs');
  await expect(second).toHaveURL(/sign-in/);
  await other.close();
});

test('seven open tabs still load', async ({ page, signIn, context }) => {
  test.setTimeout(120_000);
  await signIn();
  const tabs = [page];
  while (tabs.length < 7) tabs.push(await context.newPage());
  for (const tab of tabs) {
    await tab.goto('/console/jobs?type=fix-tests');
    await expect(tab.getByRole('row', { name: /fix-tests/ })).toBeVisible();
    // A browser hides the tab when the next one opens. Here all tabs stay visible.
    await tab.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { value: 'hidden' });
      document.dispatchEvent(new Event('visibilitychange'));
    });
  }
});

test('single-key shortcuts can be switched off, for good', async ({ page, signIn }) => {
  await signIn();
  await page.keyboard.press('g');
  await page.keyboard.press('j');
  await expect(page).toHaveURL(/\/console\/jobs$/);
  await page.getByRole('button', { name: /^Account of / }).click();
  await page.getByRole('switch', { name: 'Single-key shortcuts' }).press('Space');
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Jobs' })).toBeVisible();
  await page.keyboard.press('?');
  await page.keyboard.press('g');
  await page.keyboard.press('l');
  // What needs no single key still works, and shows that the keys before had no effect.
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog')).toHaveCount(1);
  await expect(page).toHaveURL(/\/console\/jobs$/);
});
