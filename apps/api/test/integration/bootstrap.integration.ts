import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { PrismaService } from '../../src/database/prisma.service.js';
import { parseKey } from '../../src/keys/key.js';
import { issueKey } from '../../src/keys/stored-key.js';
import { FirstAdmin } from '../../src/operators/first-admin.js';
import type { NewOperator } from '../../src/operators/operator.js';
import { OperatorsRepository } from '../../src/operators/operators.repository.js';
import { createTestDatabase, type TestDatabase, testSession } from '../support/database.js';

describe('first administrator', () => {
  let database: TestDatabase;
  let prisma: PrismaService;
  let owner: pg.Client;
  let directory: string;
  let path: string;
  let shown: string[];

  beforeEach(async () => {
    database = await createTestDatabase();
    prisma = PrismaService.over({ url: database.apiUrl });
    owner = new pg.Client(testSession(database.ownerUrl));
    await owner.connect();
    directory = await mkdtemp(join(tmpdir(), 'registry-bootstrap-'));
    path = join(directory, 'admin.key');
    shown = [];
  });
  afterEach(async () => {
    await rm(directory, { recursive: true });
    await prisma.onApplicationShutdown();
    await owner.end();
    await database.drop();
  });

  function firstAdmin(file?: string): FirstAdmin {
    const config = file === undefined ? {} : { bootstrapAdminKeyFile: file };
    return new FirstAdmin(config, { url: database.apiUrl }, new OperatorsRepository(prisma));
  }

  async function ensure(file?: string): Promise<void> {
    await firstAdmin(file).ensure((line) => shown.push(line));
  }

  async function operators(): Promise<{ kid: string; role: string; name: string }[]> {
    return (await owner.query('SELECT kid, role, name FROM operators')).rows;
  }

  it('is created once and recorded, and its key is shown once', async () => {
    await ensure();
    await ensure();
    expect(shown).toEqual([expect.stringMatching(/^First admin key \(shown once\): cro_\w+$/)]);
    const key = shown[0]?.split(': ')[1] ?? '';
    expect(await operators()).toEqual([{ kid: parseKey(key)?.kid, role: 'ADMIN', name: 'First admin' }]);
    const { rows } = await owner.query(
      `SELECT actor_type, actor_name FROM audit_log WHERE action = 'operator.created' ORDER BY occurred_at DESC LIMIT 1`,
    );
    expect(rows).toEqual([{ actor_type: 'SYSTEM', actor_name: 'first-start' }]);
  });

  it('is created once by several replicas', async () => {
    await Promise.all(Array.from({ length: 8 }, () => ensure()));
    expect(shown).toHaveLength(1);
    expect(await operators()).toHaveLength(1);
  });

  it('is not created when the only operator was deleted', async () => {
    await ensure();
    await owner.query(
      `WITH ctx AS MATERIALIZED (
         SELECT public.set_audit_context('SYSTEM', NULL, 'test', NULL, NULL, NULL, NULL) AS ready
       )
       UPDATE operators SET deleted_at = now() FROM ctx WHERE ctx.ready`,
    );
    await ensure();
    expect(shown).toHaveLength(1);
  });

  describe('with BOOTSTRAP_ADMIN_KEY_FILE', () => {
    it('writes the key to a file with mode 0600, and logs only the path', async () => {
      await Promise.all([ensure(path), ensure(path), ensure(path)]);
      expect(shown).toEqual([`The first admin key is in ${path}`]);
      expect(await readdir(directory)).toEqual(['admin.key']);
      expect((await stat(path)).mode & 0o777).toBe(0o600);
      const key = (await readFile(path, 'utf8')).trim();
      expect((await operators()).map((it) => it.kid)).toEqual([parseKey(key)?.kid]);
    });

    it('never overwrites a file, and creates no operator then', async () => {
      await writeFile(path, 'mine');
      await expect(ensure(path)).rejects.toThrow(`${path} already exists`);
      expect(await readFile(path, 'utf8')).toBe('mine');
      expect(await readdir(directory)).toEqual(['admin.key']);
      expect(await operators()).toEqual([]);
    });

    it('creates no operator when the file cannot be written', async () => {
      await expect(ensure(join(directory, 'none', 'admin.key'))).rejects.toThrow('ENOENT');
      expect(await operators()).toEqual([]);
    });

    it('does not touch another file with the pending name', async () => {
      await writeFile(`${path}.pending`, 'mine');
      await expect(ensure(path)).rejects.toThrow(`${path}.pending exists and contains no key`);
      expect(await readFile(`${path}.pending`, 'utf8')).toBe('mine');
    });

    it.each([
      ['before the operator was stored', async () => (await issueKey('cro_')).text],
      ['while it wrote the key', async () => ''],
    ])('starts again after a start that died %s', async (_, left) => {
      const pending = await left();
      await writeFile(`${path}.pending`, pending);
      await ensure(path);
      const key = (await readFile(path, 'utf8')).trim();
      expect(key).not.toBe(pending);
      expect((await operators()).map((it) => it.kid)).toEqual([parseKey(key)?.kid]);
      expect(await readdir(directory)).toEqual(['admin.key']);
    });

    it('completes a start that died after the operator was stored', async () => {
      const { text, stored } = await issueKey('cro_');
      const admin: NewOperator = {
        name: 'First admin',
        role: 'ADMIN',
        workspaceIds: null,
        keyExpiresAt: null,
        allowedNetworks: [],
      };
      await new OperatorsRepository(prisma).createBySystem('first-start', admin, stored);
      await writeFile(`${path}.pending`, `${text}\n`);
      await ensure(path);
      expect(await readFile(path, 'utf8')).toBe(`${text}\n`);
      expect(await readdir(directory)).toEqual(['admin.key']);
      expect(await operators()).toHaveLength(1);
      expect(shown).toEqual([`The first admin key is in ${path}`]);
    });
  });
});
