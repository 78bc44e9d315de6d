import type { Page } from '@playwright/test';
import {
  CLIENT_ID,
  CLIENT_SECRET,
  listenAsProvider,
  type OpenIdProvider,
} from '../../api/test/support/openid-provider.mjs';
import { test as base, expect, seriousFindings, type World } from './support/fixture';
import { TestRegistry } from './support/registry';
import { seed } from './support/seed';
import { TestServer } from './support/server';

const GROUPS = { claim: 'groups', value: 'on-call', role: 'OPERATOR', workspaceIds: null };

/** A server with a real provider. For a browser, `localhost` and `127.0.0.1` are different sites. */
const test = base.extend<object, { provider: OpenIdProvider; world: World }>({
  provider: [
    async ({ playwright: _playwright }, use) => {
      const provider = await listenAsProvider();
      provider.people.set('ada', { name: 'Ada Lovelace', groups: ['on-call'] });
      provider.people.set('mallory', { name: 'Mallory', groups: [] });
      await use(provider);
      await provider.close();
    },
    { scope: 'worker' },
  ],
  world: [
    async ({ provider }, use) => {
      const server = await TestServer.start({
        OIDC_ISSUER: provider.issuer,
        OIDC_CLIENT_ID: CLIENT_ID,
        OIDC_CLIENT_SECRET: CLIENT_SECRET,
        OIDC_OPERATORS: JSON.stringify([GROUPS]),
      });
      const url = server.url.replace('127.0.0.1', 'localhost');
      await provider.serve({ redirectUris: [`${url}/console/sign-in/oidc`] });
      try {
        const registry = new TestRegistry(url, server.adminKey);
        await use({ registry, seeded: await seed(registry) });
      } finally {
        await server.stop();
      }
    },
    { scope: 'worker' },
  ],
});

async function goToProvider(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Sign in with 127\.0\.0\.1:/ }).click();
  await expect(page).toHaveURL(/^http:\/\/127\.0\.0\.1:\d+\/interaction\//);
}

async function signInAs(page: Page, login: string): Promise<void> {
  await goToProvider(page);
  await page.getByPlaceholder('Enter any login').fill(login);
  await page.getByPlaceholder('and password').fill('any');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
}

test('a person signs in with the provider, and gets to the page that was asked for', async ({
  page,
  context,
}) => {
  const referers: string[] = [];
  page.on('request', (request) => {
    const { referer } = request.headers();
    if (referer !== undefined) referers.push(referer);
  });
  const visited: string[] = [];
  page.on('framenavigated', (frame) => visited.push(frame.url()));
  await page.goto('/console/jobs?status=RUNNING');
  await expect(page).toHaveURL(/sign-in\?next=/);
  expect(await seriousFindings(page)).toEqual([]);
  await signInAs(page, 'ada');
  await expect(page).toHaveURL(/^http:\/\/localhost:\d+\/console\/jobs\?status=RUNNING$/);
  await expect(page.getByRole('heading', { name: 'Jobs', level: 1 })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Account of Ada Lovelace' })).toBeVisible();

  const cookies = await context.cookies(page.url());
  expect(cookies.map(({ name }) => name)).toEqual(['__Host-session']);
  expect(cookies[0]).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Strict' });
  // The code came in the address, and leaves it before any request.
  const code = visited.map((it) => new URL(it).searchParams.get('code')).find((it) => it !== null);
  expect(code).toBeTruthy();
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  expect(kept + referers.join()).not.toContain(code);
  await page.goBack();
  expect(page.url()).not.toContain('code=');

  await page.goto('/console/sessions');
  await expect(page.getByText('signed in with the provider')).toBeVisible();
});

test('a person who gives up at the provider comes back, and can still get to the page', async ({ page }) => {
  await page.goto('/console/sign-in?next=%2Fjobs');
  await goToProvider(page);
  await page.getByRole('link', { name: 'Cancel' }).click();
  await expect(page.getByRole('alert')).toContainText('has not signed you in.');
  expect(await seriousFindings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Back to sign-in' }).click();
  await signInAs(page, 'ada');
  await expect(page).toHaveURL(/\/console\/jobs$/);
});

test('a stranger is refused, and keeps no session', async ({ page, context }) => {
  await page.goto('/console/sign-in');
  await signInAs(page, 'mallory');
  await expect(page.getByRole('alert')).toHaveText('Your account has no access here. Ask an administrator.');
  const cookies = await context.cookies(page.url());
  expect(cookies.filter(({ name }) => name === '__Host-session')).toEqual([]);
});

test('a link to the sign-in page leads nowhere but into the console', async ({ page }) => {
  await page.goto('/console/sign-in?next=%2F%2Fevil.example');
  await signInAs(page, 'ada');
  await expect(page).toHaveURL(/^http:\/\/localhost:\d+\/console\/$/);
});

test('an answer of the provider that another browser asked for signs no operator in', async ({
  page,
  context,
}) => {
  await page.goto('/console/sign-in/oidc?code=theirs&state=theirs');
  await expect(page.getByRole('alert')).toContainText('This browser has begun no sign-in');
  await expect(page).toHaveURL(/\/console\/sign-in\/oidc$/);
  expect(await context.cookies(page.url())).toEqual([]);
});

test('a session that ends is renewed with the provider, on the same page', async ({ page, world }) => {
  const address = `/console/jobs/${world.seeded.jobs.running}`;
  await page.goto(address);
  await signInAs(page, 'ada');
  await expect(page.getByRole('heading', { name: 'code-review' })).toBeVisible();
  const { items } = await world.registry.admin<{ items: { id: string }[] }>('GET', '/sessions');
  for (const { id } of items) await world.registry.admin('DELETE', `/sessions/${id}`);
  await page.getByRole('tab', { name: 'Attempts', includeHidden: true }).dispatchEvent('click');
  const dialog = page.getByRole('dialog', { name: 'Signed out' });
  await expect(dialog).toBeVisible();
  // The provider still knows the browser, and asks nothing.
  await dialog.getByRole('button', { name: /^Sign in with/ }).click();
  await expect(page).toHaveURL((url) => url.pathname === address && url.hostname === 'localhost');
  await expect(page.getByText('Attempt 1', { exact: true })).toBeVisible();
});
