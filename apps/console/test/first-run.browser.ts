import { expect, test } from './support/fixture';
import { TestRegistry } from './support/registry';
import { TestServer } from './support/server';

test('an empty registry leads through workspace and coordinator to a first job', async ({ page }) => {
  const server = await TestServer.start();
  try {
    await page.goto(`${server.url}/console/sign-in`);
    await page.getByLabel('Access key').fill(server.adminKey);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('heading', { name: 'First steps' })).toBeVisible();
    await page.getByRole('button', { name: 'Create workspace' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('Acme');
    await page.getByRole('dialog').getByRole('button', { name: 'Create workspace' }).click();
    await page.getByRole('region', { name: 'Coordinator' }).getByLabel('Name').fill('orchestrator');
    await page.getByRole('button', { name: 'Register coordinator' }).click();
    await page.getByRole('button', { name: 'Copy key' }).click();
    const key = await page.evaluate(() => navigator.clipboard.readText());
    await page.getByRole('button', { name: 'Done' }).click();
    await expect(page.getByText('Waiting for the first job…')).toBeVisible();
    const command = (await page.getByRole('group', { name: 'Command' }).textContent()) ?? '';
    expect(command).not.toContain(key);
    const [, workspaceId = ''] = /"workspaceId":"([^"]+)"/.exec(command) ?? [];
    await new TestRegistry(server.url, server.adminKey).job(key, workspaceId, { type: 'first-job' });
    await page.getByRole('link', { name: 'Open job' }).click();
    await expect(page.getByRole('heading', { name: 'first-job' })).toBeVisible();
  } finally {
    await server.stop();
  }
});
