import { expect, test } from './support/fixture';

test('a record opens beside the list, from its address too, and closes with Escape', async ({
  page,
  signIn,
}) => {
  await signIn();
  await page.goto('/console/log?action=job.failed');
  await page
    .getByRole('row', { name: /job\.failed/ })
    .first()
    .click();
  const panel = page.getByRole('complementary', { name: 'Record' });
  await expect(panel).toContainText('orchestrator failed job');
  await page.reload();
  await expect(panel).toContainText('orchestrator failed job');
  await page.keyboard.press('Escape');
  await expect(panel).toHaveCount(0);
});

test('without a pinned key nothing reads "Verified"; with one, the record does', async ({
  page,
  signIn,
  world,
}) => {
  const { verifierKey } = await world.registry.admin<{ verifierKey: string }>(
    'GET',
    '/audit-log/checkpoint-key',
  );
  await signIn();
  await page.goto('/console/log?action=job.completed');
  await page
    .getByRole('row', { name: /job\.completed/ })
    .first()
    .click();
  const proof = page.getByRole('region', { name: 'Proof' });
  await expect(proof).toContainText('Consistent');
  await expect(page.getByText('Verified', { exact: true })).toHaveCount(0);
  await proof.getByRole('button', { name: 'Pin a key' }).click();
  await page.getByLabel('Key from elsewhere').fill(verifierKey);
  await page.getByRole('button', { name: 'Pin key' }).click();
  await expect(proof).toContainText('Verified');
  await expect(proof).toContainText('with the key you pinned');
  await expect(proof).toContainText('This check runs in code from the same server.');
});

for (const [what, change, text] of [
  ['an altered record', (proof: Proof) => ({ ...proof, leaf: flipped(proof.leaf, 30) }), 'Does not match'],
  [
    'an altered path',
    (proof: Proof) => ({ ...proof, proof: proof.proof.map((it) => flipped(it, 3)) }),
    'Does not match',
  ],
] as const) {
  test(`${what} shows in red`, async ({ page, signIn }) => {
    await signIn();
    await page.route('**/audit-log/*/proof', async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ json: change((await answer.json()) as Proof) });
    });
    await page.goto('/console/log?action=job.completed');
    await page
      .getByRole('row', { name: /job\.completed/ })
      .first()
      .click();
    await expect(page.getByRole('region', { name: 'Proof' })).toContainText(text);
  });
}

test('an altered signature, and a log that has lost a checkpoint, show in red', async ({
  page,
  signIn,
  world,
}) => {
  const { verifierKey } = await world.registry.admin<{ verifierKey: string }>(
    'GET',
    '/audit-log/checkpoint-key',
  );
  await signIn();
  await page.goto('/console/log?action=job.completed');
  await page
    .getByRole('row', { name: /job\.completed/ })
    .first()
    .click();
  const proof = page.getByRole('region', { name: 'Proof' });
  await proof.getByRole('button', { name: 'Pin a key' }).click();
  await page.getByLabel('Key from elsewhere').fill(verifierKey);
  await page.getByRole('button', { name: 'Pin key' }).click();
  await expect(proof).toContainText('Verified');

  await page.route('**/audit-log/*/proof', async (route) => {
    const answer = await route.fetch();
    const { checkpoint, ...rest } = await answer.json();
    const note = checkpoint.note.replace(
      /(\S+)\n$/,
      (_: string, signature: string) => `${flipped(signature, 40)}\n`,
    );
    await route.fulfill({ json: { ...rest, checkpoint: { ...checkpoint, note } } });
  });
  await page.reload();
  await expect(proof).toContainText('Wrong signer');
  await page.unrouteAll({ behavior: 'wait' });

  // What this browser saw has another root than the log has now.
  const root = await page.evaluate((key) => {
    const { seen } = JSON.parse(localStorage.getItem(key) ?? '{}');
    return String(seen.note).split('\n')[2] ?? '';
  }, REMEMBERED);
  await page.evaluate(
    ([key, from, to]) => localStorage.setItem(key, (localStorage.getItem(key) ?? '').replace(from, to)),
    [REMEMBERED, root, flipped(root, 3)] as const,
  );
  await page.reload();
  await expect(proof).toContainText('History changed');
});

test('a page of the log that is short says how far it was searched, and goes on', async ({
  page,
  signIn,
}) => {
  // The server looks at 10,000 records for a page: so many would take a test too long.
  await page.route('**/audit-log?*', async (route) => {
    const url = new URL(route.request().url());
    if (url.searchParams.has('cursor')) return route.fallback();
    url.searchParams.set('limit', '1');
    const answer = await route.fetch({ url: url.href });
    const { items, nextCursor } = await answer.json();
    await route.fulfill({ json: { items: [], nextCursor, scannedTo: items[0].occurredAt } });
  });
  await signIn();
  await page.goto('/console/log?action=job.created');
  await expect(
    page.getByText(/^Nothing found back to .*\d\d:\d\d\. Older records have not been searched\.$/),
  ).toBeVisible();
  await page.getByRole('button', { name: 'Search further back' }).click();
  await expect(page.getByRole('row', { name: /job\.created/ }).first()).toBeVisible();
});

test('another signer shows as such', async ({ page, signIn }) => {
  await signIn();
  await page.goto('/console/log?action=job.completed');
  await page
    .getByRole('row', { name: /job\.completed/ })
    .first()
    .click();
  const proof = page.getByRole('region', { name: 'Proof' });
  await proof.getByRole('button', { name: 'Pin a key' }).click();
  // Any other Ed25519 key, as PEM.
  await page
    .getByLabel('Key from elsewhere')
    .fill(
      '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----',
    );
  await page.getByRole('button', { name: 'Pin key' }).click();
  await page.getByRole('button', { name: 'Pin it all the same' }).click();
  await expect(proof).toContainText('Wrong signer');
});

test('"Verify these" gives each listed row its badge and a sum', async ({ page, signIn, world }) => {
  const { verifierKey } = await world.registry.admin<{ verifierKey: string }>(
    'GET',
    '/audit-log/checkpoint-key',
  );
  await signIn();
  await page.goto('/console/log?action=job.started');
  await page.getByRole('button', { name: 'Pin a key' }).click();
  await page.getByLabel('Key from elsewhere').fill(verifierKey);
  await page.getByRole('button', { name: 'Pin key' }).click();
  await expect(page.getByRole('row', { name: /job\.started/ }).first()).toBeVisible();
  await page.getByRole('button', { name: 'Verify these' }).click();
  await expect(page.getByText(/^\d+ verified\. This check runs/)).toBeVisible();
});

test('live records appear as they are sealed', async ({ page, signIn, world }) => {
  const { registry, seeded } = world;
  await signIn();
  await page.goto('/console/log?action=job.created');
  await page.getByRole('switch', { name: 'Live' }).click();
  await expect(page.getByText('Live: new records appear as they are sealed.')).toBeVisible();
  const id = await registry.job(seeded.orchestrator.key, seeded.acme);
  await expect(page.getByRole('row', { name: new RegExp(id.slice(-8)) })).toBeVisible();
});

test('an action is left out of the list, and comes back', async ({ page, signIn, world }) => {
  await signIn();
  await page.goto(`/console/log?resource=${world.seeded.jobs.running}`);
  await page
    .getByRole('row', { name: /job\.created/ })
    .first()
    .click();
  await page.getByRole('button', { name: 'No records with this action' }).click();
  await expect(page).toHaveURL(/not=job\.created/);
  await expect(page.getByRole('row', { name: /job\.started/ }).first()).toBeVisible();
  await expect(page.getByRole('row', { name: /job\.created/ })).toHaveCount(0);
  await page.getByRole('button', { name: 'Remove the filter not' }).click();
  await expect(page.getByRole('row', { name: /job\.created/ }).first()).toBeVisible();
});

test('an export is written to the disk as it arrives', async ({ page, signIn }) => {
  // The browser's own dialog cannot be operated by a test: the file is in the storage of the page instead.
  await page.addInitScript(() => {
    window.showSaveFilePicker = async ({ suggestedName }) => {
      const root = await navigator.storage.getDirectory();
      return root.getFileHandle(suggestedName, { create: true });
    };
  });
  await signIn();
  await page.goto('/console/log?action=job.created');
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Export' }).click();
  const complete = page.getByText(/^Complete: \d+ records\.$/);
  await expect(complete).toBeVisible();
  const text = await page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const name = `audit-log-${new Date().toISOString().slice(0, 10)}.ndjson`;
    const file = await root.getFileHandle(name);
    return (await file.getFile()).text();
  });
  const records = text
    .split('\n')
    .filter((line) => line.includes('"job.created"') && !line.startsWith('{"export":'));
  await expect(complete).toHaveText(`Complete: ${records.length} records.`);
});

test('an export says that it is complete', async ({ page, signIn }) => {
  await page.addInitScript(() => {
    window.showSaveFilePicker = undefined;
  });
  await signIn();
  await page.goto('/console/log?action=job.created');
  await page.getByRole('button', { name: 'Export' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('dialog').getByRole('button', { name: 'Export' }).click();
  await expect(page.getByText(/^Complete: \d+ records\.$/)).toBeVisible();
  expect((await download).suggestedFilename()).toMatch(/^audit-log-.*\.ndjson$/);
});

test('an export that breaks off is never called complete', async ({ page, signIn }) => {
  await page.addInitScript(() => {
    window.showSaveFilePicker = undefined;
  });
  await signIn();
  await page.goto('/console/log');
  await page.route('**/audit-log/export*', (route) => route.abort('connectionreset'));
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Export' }).click();
  await expect(page.getByText(/^Incomplete: the connection broke/)).toBeVisible();
});

/** where this browser keeps what it knows of the log */
const REMEMBERED = 'coordinator-registry.log';

interface Proof {
  leaf: string;
  proof: string[];
}

/** The same bytes with one bit changed. */
function flipped(text: string, at: number): string {
  const bytes = Buffer.from(text, 'base64');
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes.toString('base64');
}
