import type { Page } from '@playwright/test';
import { expect, test } from './support/fixture';
import { TestRegistry } from './support/registry';
import { TestServer } from './support/server';

const ROWS = 10_000;
const AT_ONCE = 16;
/** Compressed, script and style: what the first page needs. */
const ENTRY_KIB = 260;
const SLOW_DOWN = 4;
/** A list that is still empty after so many frames does not draw its rows. How many it takes depends on the machine. */
const MOST_FRAMES = 120;

declare global {
  /** what the test puts into the page */
  var noteUsable: (ms: number) => void;
}

test('a list of 10,000 rows scrolls without a blank', async ({ page }) => {
  test.setTimeout(900_000);
  // A server of its own: other tests look for their jobs among the newest.
  const server = await TestServer.start();
  try {
    await scrollsWithoutBlank(page, server);
  } finally {
    await server.stop();
  }
});

async function scrollsWithoutBlank(page: Page, server: TestServer): Promise<void> {
  const registry = new TestRegistry(server.url, server.adminKey);
  const workspace = await registry.workspace('large');
  const { id, key } = await registry.register('large service', [workspace]);
  await registry.admin('PATCH', `/admin/coordinators/${id}`, { rateLimitPerMinute: 1_000_000 });
  let left = ROWS;
  const create = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await registry.job(key, workspace);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, create));
  await page.goto(`${server.url}/console/sign-in?next=/jobs?workspace=${workspace}`);
  await page.getByLabel('Access key').fill(server.adminKey);
  await page.getByRole('button', { name: 'Sign in' }).click();
  const list = page.getByRole('group', { name: 'Jobs' });
  await expect(list.getByRole('row', { name: /code-review/ }).first()).toBeVisible();
  // The list loads as it is scrolled, until its number of rows is known.
  await list.evaluate(async (scroller, rows) => {
    const table = scroller.querySelector('table');
    while (table?.getAttribute('aria-rowcount') !== String(rows)) {
      scroller.scrollTop = scroller.scrollHeight;
      await new Promise(requestAnimationFrame);
    }
  }, ROWS);
  const frames = await list.evaluate(async (scroller, most) => {
    const { left: x, top, bottom } = scroller.getBoundingClientRect();
    const heights = [top + 50, (top + bottom) / 2, bottom - 40];
    const isFull = (): boolean =>
      heights.every((y) => document.elementFromPoint(x + 300, y)?.closest('tr[aria-rowindex]') != null);
    /** The number of frames until rows are everywhere; at most `most`. */
    const scroll = async (to: number): Promise<number> => {
      scroller.scrollTop = to;
      for (let frame = 1; ; frame += 1) {
        await new Promise(requestAnimationFrame);
        if (frame === most || isFull()) return frame;
      }
    };
    const length = scroller.scrollHeight - scroller.clientHeight;
    const jumps: number[] = [];
    for (let jump = 0; jump < 100; jump += 1) jumps.push(await scroll((length * ((jump * 37) % 100)) / 100));
    await scroll(0);
    const steps: number[] = [];
    for (let step = 1; step < 200; step += 1) steps.push(await scroll(step * 240));
    return { jumps, steps };
  }, MOST_FRAMES);
  for (const [kind, counts] of Object.entries(frames)) {
    const later = counts.filter((count) => count > 2).length;
    process.stdout.write(`${kind}: ${later} of ${counts.length} showed rows later than in two frames\n`);
    expect(Math.max(...counts)).toBeLessThan(MOST_FRAMES);
  }
  expect(await list.getByRole('row').count()).toBeLessThan(100);
}

test('the entry is small', async ({ page }) => {
  const bodies: Promise<number>[] = [];
  page.on('requestfinished', (request) => {
    if (['script', 'stylesheet'].includes(request.resourceType())) {
      bodies.push(request.sizes().then(({ responseBodySize }) => responseBodySize));
    }
  });
  await page.goto('/console/sign-in');
  await expect(page.getByLabel('Access key')).toBeVisible();
  const sizes = await Promise.all(bodies);
  const kib = sizes.reduce((sum, size) => sum + size, 0) / 1_024;
  test.info().annotations.push({ type: 'entry', description: `${kib.toFixed(0)} KiB` });
  expect(kib).toBeGreaterThan(0);
  expect(kib).toBeLessThanOrEqual(ENTRY_KIB);
});

// How long it takes depends on the machine, so it is shown and not asserted.
test('pages are usable on a slow processor', async ({ page, signIn, world }) => {
  const { seeded } = world;
  await signIn();
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOW_DOWN });
  let note: (ms: number) => void = () => undefined;
  await page.exposeFunction('noteUsable', (ms: number) => note(ms));
  await page.addInitScript(noteWhenUsable);
  for (const path of ['', 'jobs', `jobs/${seeded.jobs.running}`, 'log', 'coordinators', 'keys']) {
    const usable = new Promise<number>((resolve) => {
      note = resolve;
    });
    await page.goto(`/console/${path}`, { waitUntil: 'commit' });
    const result = `/console/${path}: usable after ${await usable} ms, the processor ${SLOW_DOWN} times slower`;
    test.info().annotations.push({ type: 'usable', description: result });
    process.stdout.write(`${result}\n`);
  }
});

/** Runs in the page, because a locator looks for its element with the same slowed processor. */
function noteWhenUsable(): void {
  const usable = 'tr[aria-rowindex], [role="progressbar"], [aria-label="Needs attention"]';
  const observer = new MutationObserver(() => {
    if (document.querySelector(usable) === null) return;
    observer.disconnect();
    requestAnimationFrame(() => setTimeout(() => globalThis.noteUsable(Math.round(performance.now()))));
  });
  observer.observe(document, { childList: true, subtree: true });
}
