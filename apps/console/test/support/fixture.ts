import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test as base, expect, type Page } from '@playwright/test';
import { TestRegistry } from './registry';
import { type Seeded, seed } from './seed';
import { TestServer } from './server';

export { expect };

export interface World {
  registry: TestRegistry;
  seeded: Seeded;
}

interface Role {
  name: string;
  key: string;
}

interface Violation {
  id: string;
  impact: string;
  nodes: { target: string[]; html: string; failureSummary: string }[];
}

declare global {
  /** what axe-core's script defines in the page */
  var axe: { run: (options: object) => Promise<{ violations: Violation[] }> };
}

const AXE = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
let made = 0;

/** A signed-in administrator on a seeded registry. A breach of the policy, or an error of the page, fails the test. */
export const test = base.extend<{ admin: Role; signIn: (role?: Role) => Promise<void> }, { world: World }>({
  world: [
    // Playwright reads from this pattern what the fixture needs.
    async ({ playwright: _playwright }, use) => {
      const server = await TestServer.start();
      try {
        const registry = new TestRegistry(server.url, server.adminKey);
        await use({ registry, seeded: await seed(registry) });
      } finally {
        await server.stop();
      }
    },
    { scope: 'worker' },
  ],
  // Each test has its own operator, and so its own limit of requests.
  admin: async ({ world }, use) => {
    made += 1;
    const name = `Ada ${made}`;
    const { key } = await world.registry.operator(name, 'ADMIN');
    await use({ name, key });
  },
  baseURL: async ({ world }, use) => {
    await use(world.registry.url);
  },
  page: async ({ page }, use) => {
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(String(error)));
    page.on('console', (message) => {
      if (/Content Security Policy/i.test(message.text())) faults.push(message.text());
    });
    await use(page);
    expect(faults).toEqual([]);
  },
  signIn: async ({ page, admin }, use) => {
    await use(async (role = admin) => {
      await page.goto('/console/sign-in');
      await page.getByLabel('Access key').fill(role.key);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await expect(page.getByRole('button', { name: /^Search/ })).toBeVisible();
      await expect(page).not.toHaveURL(/sign-in/);
    });
  },
});

/** What axe finds that is serious: the script runs by the debugger, because the policy forbids foreign scripts. */
export async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return await page.evaluate(async () => {
    const { violations } = await globalThis.axe.run({ resultTypes: ['violations'] });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) =>
        nodes.map((it) => `${id}: ${it.target.join(' ')}: ${it.html.slice(0, 160)} ${it.failureSummary}`),
      );
  });
}
