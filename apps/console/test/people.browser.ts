import { expect, test } from './support/fixture';

test('a workspace is created, and its slug follows its name', async ({ page, signIn }) => {
  await signIn();
  await page.goto('/console/workspaces');
  await page.getByRole('button', { name: 'Create workspace' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Gamma Works');
  await expect(dialog.getByLabel('Slug')).toHaveValue('gamma-works');
  await dialog.getByRole('button', { name: 'Create workspace' }).click();
  await expect(page.getByRole('heading', { name: 'Gamma Works' })).toBeVisible();
});

test('a taken slug is said at its field', async ({ page, signIn }) => {
  await signIn();
  await page.goto('/console/workspaces');
  await page.getByRole('button', { name: 'Create workspace' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Acme');
  await dialog.getByRole('button', { name: 'Create workspace' }).click();
  await expect(dialog.getByText('"acme" is taken.')).toBeVisible();
});

test('an operator is created with a role that is explained, changed and deleted', async ({
  page,
  signIn,
}) => {
  await signIn();
  await page.goto('/console/operators');
  await page.getByRole('button', { name: 'Create operator' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('Reads jobs and the log.');
  await dialog.getByLabel('Name').fill('Barbara');
  await dialog.getByRole('radio', { name: /^Auditor/ }).check();
  await dialog.getByRole('button', { name: 'Create operator' }).click();
  await page.getByRole('button', { name: 'Copy key' }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/^cro_/);
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('link', { name: 'Barbara' }).click();
  await page.getByRole('button', { name: 'Change' }).first().click();
  await page
    .getByRole('dialog')
    .getByRole('radio', { name: /^Operator/ })
    .check();
  await page.getByRole('dialog').getByRole('button', { name: 'Save changes' }).click();
  await expect(page.getByText('Barbara is changed.')).toBeVisible();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete operator' }).click();
  await expect(page.getByText('Barbara is deleted.')).toBeVisible();
});
