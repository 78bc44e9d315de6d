import { expect, seriousFindings, test } from './support/fixture';

/** Every page, in both themes: axe finds nothing serious, nothing scrolls sideways, and the title names the page. */
const PAGES: [name: string, path: (ids: Record<string, string>) => string][] = [
  ['Overview', () => '/'],
  ['First steps', () => '/start'],
  ['Jobs', () => '/jobs'],
  ['Job code-review', ({ job }) => `/jobs/${job}`],
  ['Audit log', () => '/log'],
  ['Checkpoints', () => '/log/checkpoints'],
  ['Coordinators', () => '/coordinators'],
  ['Register coordinator', () => '/coordinators/new'],
  ['orchestrator', ({ coordinator }) => `/coordinators/${coordinator}`],
  ['orchestrator', ({ coordinator }) => `/coordinators/${coordinator}?tab=access`],
  ['Keys', () => '/keys'],
  ['Key', ({ kid }) => `/keys/${kid}`],
  ['Workspaces', () => '/workspaces'],
  ['Acme', ({ workspace }) => `/workspaces/${workspace}`],
  ['Operators', () => '/operators'],
  ['Sessions', () => '/sessions'],
];

for (const colorScheme of ['light', 'dark'] as const) {
  test(`every page is accessible, ${colorScheme}`, async ({ page, world, signIn }) => {
    test.setTimeout(180_000);
    const { seeded } = world;
    const ids = {
      job: seeded.jobs.running,
      coordinator: seeded.orchestrator.id,
      kid: seeded.orchestrator.kid,
      workspace: seeded.acme,
    };
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.goto('/console/sign-in');
    await expect(page.getByRole('heading', { name: 'Coordinator Registry' })).toBeVisible();
    expect(await seriousFindings(page)).toEqual([]);
    await signIn();
    const findings: Record<string, unknown> = {};
    for (const [name, path] of PAGES) {
      await page.goto(`/console${path(ids)}`);
      await expect(page).toHaveTitle(new RegExp(`^${name}`));
      await expect(page.getByText(/^Loading /)).toHaveCount(0);
      const found = await seriousFindings(page);
      if (found.length > 0) findings[path(ids)] = found;
      const { width, inner } = await page.evaluate(() => ({
        width: document.documentElement.scrollWidth,
        inner: window.innerWidth,
      }));
      if (width > inner) findings[`${path(ids)} sideways`] = width;
    }
    expect(findings).toEqual({});
  });
}
