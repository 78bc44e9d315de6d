import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AUDIT_ACTIONS } from '../../src/audit-log/audit-actions.js';
import { declaredRoutes } from '../../src/common/http/declared-routes.js';
import { REPOSITORY_ROOT } from '../../src/config/environment.js';
import { DEFAULTS } from '../../src/config/variables.js';
import { startTestApp, type TestApp } from '../support/app.js';

describe('docs/http-api.md and docs/configuration.md', () => {
  let test: TestApp;

  beforeAll(async () => {
    test = await startTestApp();
  });
  afterAll(() => test.close());

  it('names every route', () => {
    // The page at /docs says itself what it is made of.
    const routes = declaredRoutes(test.app)
      .map(({ route }) => route)
      .filter((route) => !route.startsWith('GET /docs/'));
    expect(routes.length).toBeGreaterThan(30);
    expect(routes.filter((route) => !textOf('docs/http-api.md').includes(`\`${route}\``))).toEqual([]);
  });

  it('has every variable with its default, and no other', () => {
    const rows = [...textOf('docs/configuration.md').matchAll(/^\| `([A-Z_]+)` \| (?:`([^`]+)`)? ?\|/gm)];
    expect(Object.fromEntries(rows.map(([, name, value]) => [name, value]))).toEqual({ ...DEFAULTS });
  });
});

describe('docs/audit-log.md', () => {
  it('explains every action, and no other', () => {
    const [, table = ''] = /^## Actions$([^#]+)/m.exec(textOf('docs/audit-log.md')) ?? [];
    const named = [...table.matchAll(/`([a-z-]+\.[a-z-]+)`/g)].map(([, action = '']) => action);
    expect(named.sort()).toEqual([...AUDIT_ACTIONS].sort());
  });
});

describe('each page of the documentation', () => {
  const pages = ['', 'docs', 'docs/adr', 'docs/internals', 'docs/operations'].flatMap((folder) =>
    readdirSync(join(REPOSITORY_ROOT, folder))
      .filter((it) => it.endsWith('.md'))
      .map((it) => join(folder, it)),
  );

  it.each(pages)('%s has no broken link', (page) => {
    const broken = [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !/^https?:/.test(target) && !leadsSomewhere(page, target));
    expect(broken).toEqual([]);
  });

  function leadsSomewhere(page: string, target: string): boolean {
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? page : join(dirname(page), path);
    if (!existsSync(join(REPOSITORY_ROOT, file))) return false;
    return anchor === undefined || anchorsOf(file).includes(anchor);
  }

  /** As GitHub and Gitea make them of headings, with a number if a heading comes again; and those in the text. */
  function anchorsOf(page: string): string[] {
    const text = textOf(page);
    const times = new Map<string, number>();
    const ofHeadings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => {
      const anchor = heading
        .toLowerCase()
        .replace(/[^\w\s-]/g, '')
        .replaceAll(' ', '-');
      const before = times.get(anchor) ?? 0;
      times.set(anchor, before + 1);
      return before === 0 ? anchor : `${anchor}-${before}`;
    });
    return [...ofHeadings, ...[...text.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id)];
  }
});

describe('SECURITY.md and docs/adr', () => {
  const adr = readdirSync(join(REPOSITORY_ROOT, 'docs/adr'), { encoding: 'utf8' }).map(
    (it) => `docs/adr/${it}`,
  );

  it.each(['SECURITY.md', ...adr])('%s names tests that exist', (file) => {
    const api = readdirSync(join(REPOSITORY_ROOT, 'apps/api'), { encoding: 'utf8', recursive: true });
    const tests = new Set(api.map((it) => it.split(/[\\/]/).at(-1)));
    const named = readFileSync(join(REPOSITORY_ROOT, file), 'utf8').matchAll(
      /[\w.-]+\.(?:spec|e2e|integration|example)\.ts/g,
    );
    expect([...named].map(([name]) => name).filter((name) => !tests.has(name))).toEqual([]);
  });
});

function textOf(page: string): string {
  return readFileSync(join(REPOSITORY_ROOT, page), 'utf8');
}
