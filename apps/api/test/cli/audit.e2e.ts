import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { allSealed } from '../e2e/feed-fixture.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { CommandLine, type Returned } from '../support/command-line.js';
import { FaultyProxy } from '../support/faulty-proxy.js';
import { close, createJob, listen, registerCoordinator, type TestCoordinator } from '../support/registry.js';

interface Line {
  id: string;
  action: string;
  position: number;
}

describe('audit log on the command line', () => {
  let test: TestApp;
  let cli: CommandLine;
  let coordinator: TestCoordinator;
  let jobs: string[];

  beforeAll(async () => {
    test = await startTestApp();
    await listen(test);
    cli = await CommandLine.open({
      REGISTRY_URL: await test.app.getUrl(),
      REGISTRY_ACCESS_KEY: test.adminKey,
    });
    coordinator = await registerCoordinator(test);
    jobs = [];
    for (let each = 0; each < 3; each += 1) jobs.push((await createJob(test, coordinator)).id);
    await allSealed(test.database.owner);
    await cli.text('audit', 'checkpoints', '--output', 'checkpoints.ndjson');
    await cli.text('audit', 'export', '--output', 'log.ndjson');
    await writeFile(join(cli.folder, 'public.key'), await cli.text('audit', 'public-key'));
  });
  afterAll(async () => {
    await cli.close();
    await FaultyProxy.closeAll();
    await close(test);
  });

  const linesOf = (text: string): Line[] =>
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  const file = (name: string) => readFile(join(cli.folder, name), 'utf8');
  const verify = (log: string, env: Record<string, string | undefined> = {}): Promise<Returned> =>
    cli.run(
      [
        ...['audit', 'verify', '--export', log],
        ...['--checkpoints', 'checkpoints.ndjson', '--public-key', 'public.key'],
      ],
      { env: { REGISTRY_URL: undefined, REGISTRY_ACCESS_KEY: undefined, ...env } },
    );

  it('is queried by its filters, the newest record first', async () => {
    const query = async (...args: string[]) =>
      linesOf(await cli.text('--json', 'audit', 'query', ...args)).map(({ action }) => action);
    expect(await query('--resource', jobs[0] ?? '')).toEqual(['job.created']);
    expect(await query('--actor', coordinator.id, '--action', 'job.created', 'job.failed')).toEqual(
      Array(3).fill('job.created'),
    );
    const created = await query('--actor', coordinator.name, '--action', 'job.created');
    expect(created).toEqual(Array(3).fill('job.created'));
    expect(await query('--actor', 'test admin', '--action', 'coordinator.registered')).toHaveLength(1);
    expect((await cli.run(['audit', 'query', '--actor', 'nobody'])).code).toBe(4);
    expect(await query('--kid', coordinator.key.kid, '--limit', '2')).toHaveLength(2);
    expect(await query('--workspace', coordinator.workspaceIds[0] ?? '', '--outcome', 'DENIED')).toEqual([]);
    expect(await query('--resource', jobs[0] ?? '', '--to', '2020-01-01')).toEqual([]);
    const text = await cli.text('audit', 'query', '--resource', jobs[1] ?? '');
    expect(text).toMatch(
      new RegExp(
        `^\\d{4}-\\d\\d-\\d\\d [\\d:]{8}Z  ${coordinator.name}  job\\.created  ${jobs[1]}  type=build .*\n$`,
      ),
    );
  });

  it('shows one record', async () => {
    const [found] = linesOf(await cli.text('--json', 'audit', 'query', '--resource', jobs[2] ?? ''));
    const shown = await cli.text('audit', 'show', found?.id ?? '');
    expect(shown).toMatch(new RegExp(`^resourceId +${jobs[2]}$`, 'm'));
  });

  it('is followed from a position to its newest sealed record', async () => {
    const all = linesOf(await cli.text('--json', 'audit', 'tail', '--after', '-1', '--no-follow'));
    expect(all.map(({ position }) => position)).toEqual(all.map((_, place) => place));
    const rest = await cli.text('--json', 'audit', 'tail', '--after', '1', '--no-follow');
    expect(linesOf(rest)[0]).toEqual(all[2]);
  });

  it('is followed as records are sealed, by a filter', async () => {
    const following = cli.start(['audit', 'tail', '--action', 'job.created', '--json']);
    // It begins at some moment, so jobs are created until it shows one.
    const created: string[] = [];
    while (following.printed() === '') {
      created.push((await createJob(test, coordinator)).id);
      await sleep(100);
    }
    following.child.kill('SIGINT');
    const { stdout } = await following.ended;
    const shown = linesOf(stdout);
    expect(new Set(shown.map(({ action }) => action))).toEqual(new Set(['job.created']));
    const { rows } = await test.database.owner.query<{ count: number }>(
      'SELECT count(*)::integer AS count FROM public.audit_log WHERE id = ANY ($1) AND resource_id = ANY ($2)',
      [shown.map(({ id }) => id), created],
    );
    expect(rows).toEqual([{ count: shown.length }]);
  });

  it.each(['csv', 'ocsf'])('is exported as %s by a filter', async (format) => {
    const saved = await cli.json(
      ...['audit', 'export', '--format', format, '--output', `log.${format}`],
      ...['--kid', coordinator.key.kid, '--resource', jobs[0] ?? ''],
    );
    expect(saved).toEqual({ file: `log.${format}`, records: 1 });
    const text = await file(`log.${format}`);
    expect(text.trimEnd().split(/\r?\n/)).toHaveLength(format === 'csv' ? 2 : 1);
    expect(text).toContain(jobs[0]);
  });

  it('is exported as CSV, whose records are counted also if a reason has several lines', async () => {
    const [, cancelled = ''] = jobs;
    await cli.text('--yes', 'jobs', 'cancel', cancelled, '--reason', 'two "quoted"\nlines');
    const args = ['audit', 'export', '--format', 'csv', '--output', 'lines.csv'];
    const saved = await cli.json<{ records: number }>(...args, '--resource', cancelled);
    expect(saved.records).toBe(2);
    expect(await file('lines.csv')).toContain('two ""quoted""\nlines');
  });

  it('is exported to a file that only its owner may read, and that is not overwritten', async () => {
    expect((await stat(join(cli.folder, 'log.ndjson'))).mode & 0o777).toBe(0o600);
    const before = await file('log.ndjson');
    const { code, stderr } = await cli.run(['audit', 'export', '--output', 'log.ndjson']);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('exists already') });
    expect(await file('log.ndjson')).toBe(before);
  });

  it('leaves no file if the export breaks off', async () => {
    const proxy = await FaultyProxy.open(await test.app.getUrl(), (_, path) =>
      path.startsWith('/audit-log/export') ? 'cut' : undefined,
    );
    const { code, stdout, stderr } = await cli.run(['audit', 'export', '--output', 'broken.ndjson'], {
      env: { REGISTRY_URL: proxy.url },
    });
    expect({ code, stdout }).toEqual({ code: 6, stdout: '' });
    expect(stderr).toContain('The export broke off');
    expect((await readdir(cli.folder)).filter((name) => name.startsWith('broken'))).toEqual([]);
  });

  /** The second form if the export's own record was sealed before the export came to it: it is newer than the saved checkpoints. */
  const HOLDS =
    /^The (log holds: \d+|verified part of the log holds: \d+ of \d+) records under \d+ checkpoints/;

  it('holds: verified without a server, an access key or a database', async () => {
    const { code, stdout, stderr } = await verify('log.ndjson');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(HOLDS);
  });

  it('was tampered with: ends with 8 and names the record', async () => {
    await cli.write(
      'edited.ndjson',
      (await file('log.ndjson')).replaceAll(coordinator.name, 'somebody else'),
    );
    const { code, stdout } = await verify('edited.ndjson');
    expect(code).toBe(8);
    expect(stdout).toMatch(/^TAMPERING: [\s\S]*record edited: record [-0-9a-f]{36}, leaf \d+/);
  });

  it('lacks a record: ends with 8', async () => {
    const lines = (await file('log.ndjson')).split('\n');
    await cli.write('cut.ndjson', [...lines.slice(0, 3), ...lines.slice(4)].join('\n'));
    const { code, stdout } = await verify('cut.ndjson');
    expect({ code, stdout }).toEqual({ code: 8, stdout: expect.stringContaining('record missing') });
  });

  it('is inconclusive: ends with 7 for a file that is no export', async () => {
    const { code, stdout } = await verify('public.key');
    expect({ code, stdout }).toEqual({
      code: 7,
      stdout: expect.stringMatching(/^Nothing was verified: public\.key is not an export/),
    });
  });

  it('gives scripts the verdict as JSON', async () => {
    const args = [
      '--json',
      'audit',
      'verify',
      '--checkpoints',
      'checkpoints.ndjson',
      '--public-key',
      'public.key',
    ];
    const { stdout } = await cli.run([...args, '--export', 'log.ndjson']);
    expect(JSON.parse(stdout)).toEqual({ verdict: 'ok', text: expect.stringMatching(HOLDS) });
  });

  it.each([
    ['--export', 'none.ndjson', 'there is no file none.ndjson'],
    ['--public-key', 'log.ndjson', '--public-key: '],
  ])('is not verified with %s %s: ends with 2', async (option, path, text) => {
    const files = {
      '--export': 'log.ndjson',
      '--checkpoints': 'checkpoints.ndjson',
      '--public-key': 'public.key',
    };
    const { code, stdout, stderr } = await cli.run([
      'audit',
      'verify',
      ...Object.entries({ ...files, [option]: path }).flat(),
    ]);
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining(text) });
  });
});
