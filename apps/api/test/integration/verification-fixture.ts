import { execFile } from 'node:child_process';
import { createPrivateKey, createPublicKey, randomUUID } from 'node:crypto';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { LEAF_COLUMNS, type LeafRow, toLeafRecord } from '../../src/audit-log/leaf-row.js';
import { RECORD_LINE } from '../../src/audit-log/record-line.statement.js';
import { CheckpointFile } from '../../src/audit-log/sealing/checkpoint-file.js';
import { Sealer } from '../../src/audit-log/sealing/sealer.js';
import { signingKeys } from '../../src/audit-log/sealing/signing-keys.js';
import { recordHash } from '../../src/audit-proof/leaf.js';
import {
  type BatchForm,
  type VerifiedBatch,
  verifyBatch,
} from '../../src/audit-verification/batch-verification.js';
import { trustedKey } from '../../src/audit-verification/checkpoint-keys.js';
import { verifyDatabase } from '../../src/audit-verification/database-verification.js';
import { verifyExport } from '../../src/audit-verification/export-verification.js';
import type { Verification } from '../../src/audit-verification/verification.js';
import { WorkerPool } from '../../src/audit-verification/worker-pool.js';
import { createTestDatabase, type TestDatabase, testSession } from '../support/database.js';
import { ROOT } from '../support/server-process.js';
import {
  type AuditDatabase,
  insertCoordinator,
  insertWorkspace,
  openAuditDatabase,
} from './audit-fixture.js';
import { Machine } from './sealing-fixture.js';

export interface Verified {
  code: number;
  text: string;
  /** the kinds of what was found, each once, in order of the alphabet */
  kinds: string[];
}

/** A log of some forty sealed records under a dozen checkpoints, and four that are not sealed; to be cloned and tampered with. */
export class SealedLog {
  private constructor(
    readonly database: TestDatabase,
    readonly machine: Machine,
  ) {}

  /** @param prepare before anything is sealed */
  static async make(prepare?: (database: AuditDatabase) => Promise<void>): Promise<SealedLog> {
    const database = await createTestDatabase();
    const opened = await openAuditDatabase(database);
    const machine = await Machine.over(opened);
    await prepare?.(opened);
    const sealer = machine.sealer({ mostAtOnce: 6, heartbeatMs: 0 });
    const workspace = await insertWorkspace(opened.api);
    const coordinator = await insertCoordinator(opened.api);
    for (let n = 0; n < 6; n += 1) {
      const job = await createJob(opened.api, workspace, coordinator);
      for (let rev = 2; rev <= 6; rev += 1) await raise(opened.api, job, coordinator);
      await sealer.turn();
    }
    await sealer.turn();
    const job = await createJob(opened.api, workspace, coordinator);
    for (let rev = 2; rev <= 4; rev += 1) await raise(opened.api, job, coordinator);
    await machine.stop();
    await opened.leave();
    await writeFile(join(machine.directory, 'signing.pem'), machine.signingKey);
    const publicKey = createPublicKey(createPrivateKey(machine.signingKey));
    await writeFile(machineKey(machine), publicKey.export({ type: 'spki', format: 'pem' }));
    return new SealedLog(database, machine);
  }

  get publicKey(): string {
    return machineKey(this.machine);
  }

  /** Who is trusted, and no threads: what they would check is checked here. */
  async verification(): Promise<Omit<Verification, 'checkpoints'>> {
    return {
      trusted: trustedKey(await readFile(this.publicKey, 'utf8')),
      progress: () => undefined,
      checker: new ThreadlessChecker(),
    };
  }

  /** An export of these lines, or of this text, offline, in this process. */
  async verifyExport(lines: readonly string[] | string, checkpoints = this.machine.path): Promise<Verified> {
    const path = await this.exportOf(lines);
    const verdict = await verifyExport(path, { ...(await this.verification()), checkpoints });
    return verifiedOf({ code: verdict.exitCode, text: verdict.text });
  }

  /** The same by the command, which a person types. */
  async verifyExportByCommand(lines: readonly string[] | string): Promise<Verified> {
    const files = ['--checkpoints', this.machine.path, '--public-key', this.publicKey];
    return await verify(['--export', await this.exportOf(lines), ...files]);
  }

  private async exportOf(lines: readonly string[] | string): Promise<string> {
    const path = join(this.machine.directory, 'export.ndjson');
    await writeFile(path, typeof lines === 'string' ? lines : lines.map((it) => `${it}\n`).join(''));
    return path;
  }

  /** Works on a copy, and takes it away. */
  async onCopy<T>(work: (copy: LogCopy) => Promise<T>): Promise<T> {
    const copy = await this.copy();
    try {
      return await work(copy);
    } finally {
      await copy.close();
    }
  }

  /** Another database with the same log, and a file of checkpoints of its own. */
  async copy(): Promise<LogCopy> {
    const path = join(this.machine.directory, `${randomUUID()}.ndjson`);
    await copyFile(this.machine.path, path);
    return new LogCopy(this, await createTestDatabase({ like: this.database }), path);
  }

  async close(): Promise<void> {
    await this.machine.stop();
    await this.database.drop();
  }
}

/** The threads of the real one run what was built, which this process neither sees nor counts as covered. */
export class ThreadlessChecker extends WorkerPool {
  constructor() {
    super(0);
  }

  override async check(batch: Uint8Array<ArrayBuffer>, form: BatchForm): Promise<VerifiedBatch> {
    return verifyBatch(batch, form);
  }
}

export class LogCopy {
  private readonly superuser: pg.Pool;

  constructor(
    private readonly log: SealedLog,
    readonly database: TestDatabase,
    private readonly checkpoints: string,
  ) {
    this.superuser = new pg.Pool({ ...testSession(database.superuserUrl), max: 1 });
    this.superuser.on('error', () => undefined);
  }

  /** What a superuser does once he has switched off what guards the log. */
  async tamper(...statements: string[]): Promise<void> {
    const { rows } = await this.superuser.query<{ name: string }>(
      `SELECT oid::regclass::text AS name FROM pg_class
       WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relname LIKE 'audit\\_%'`,
    );
    for (const { name } of rows) await this.superuser.query(`ALTER TABLE ${name} DISABLE TRIGGER ALL`);
    for (const statement of statements) await this.superuser.query(statement);
  }

  /** One statement of one of the database's logins. */
  async query(login: 'superuser' | 'owner' | 'api', statement: string): Promise<unknown[]> {
    const client = await this.connect(login);
    try {
      return (await client.query<Record<string, unknown>>(statement)).rows;
    } finally {
      await client.end();
    }
  }

  async connect(login: 'superuser' | 'owner' | 'api' = 'api'): Promise<pg.Client> {
    const client = new pg.Client(testSession(this.database[`${login}Url`]));
    await client.connect();
    return client;
  }

  /** What a server over this copy would do within a second. */
  async seal(): Promise<void> {
    const sealer = new Sealer({
      connection: { url: this.database.apiUrl },
      keys: signingKeys(this.log.machine.signingKey),
      file: new CheckpointFile(this.checkpoints),
    });
    await sealer.turn();
    await sealer.close();
  }

  /** The record of a leaf, as it stands now. */
  async hashOf(leaf: number): Promise<string> {
    const { rows } = await this.superuser.query<LeafRow>(
      `SELECT ${LEAF_COLUMNS} FROM public.audit_log AS record WHERE id = ${idOf(leaf)}`,
    );
    if (rows[0] === undefined) throw new Error(`no record of leaf ${leaf}`);
    return recordHash(toLeafRecord(rows[0])).toString('hex');
  }

  /** The lines of an export of the whole log. */
  async lines(): Promise<string[]> {
    return await exportedLines(this.superuser);
  }

  /** What the command does, in this process. */
  async verify(): Promise<Verified> {
    const verdict = await verifyDatabase(
      { url: this.database.apiUrl },
      { ...(await this.log.verification()), checkpoints: this.checkpoints },
    );
    return verifiedOf({ code: verdict.exitCode, text: verdict.text });
  }

  /** The command. */
  verifyByCommand(): Promise<Verified> {
    return verify(['--checkpoints', this.checkpoints], {
      DATABASE_URL: this.database.apiUrl,
      AUDIT_SIGNING_KEY: join(this.log.machine.directory, 'signing.pem'),
    });
  }

  async close(): Promise<void> {
    await this.superuser.end();
    await this.database.drop();
  }
}

/** The lines of an export of the whole log, without the first. */
export async function exportedLines(pool: pg.Pool): Promise<string[]> {
  const { rows } = await pool.query<{ line: string }>(
    `SELECT ${RECORD_LINE} AS line
     FROM public.audit_log AS record FULL JOIN public.audit_leaves AS leaf ON leaf.record_id = record.id
     ORDER BY leaf.leaf_index, record.id`,
  );
  return rows.map((it) => it.line);
}

/** The command as a process of its own. */
export async function verify(
  options: string[],
  env: NodeJS.ProcessEnv = {},
  command = 'audit-verify',
): Promise<Verified> {
  const { code, stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [`apps/api/dist/${command}.js`, ...options],
    { cwd: ROOT, env: { ...process.env, DATABASE_URL: '', ...env } },
  ).then(
    (it) => ({ code: 0, ...it }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
  // The command names its database first, and reports progress after two seconds. Neither belongs to the verdict.
  const said = stderr.replace(/^(?:Using the database .*|.*, after \d+ s)\n/gm, '');
  return verifiedOf({ code, text: stdout + said });
}

function verifiedOf({ code, text }: Omit<Verified, 'kinds'>): Verified {
  const kinds = [...text.matchAll(/^([a-z ]+): /gm)].map(([, kind = '']) => kind);
  return { code, text, kinds: [...new Set(kinds)].sort() };
}

export const idOf = (leaf: number) =>
  `(SELECT record_id FROM public.audit_leaves WHERE leaf_index = ${leaf})`;

function machineKey(machine: Machine): string {
  return join(machine.directory, 'public.pem');
}

const ON_BEHALF = (coordinator: string) => `WITH ctx AS MATERIALIZED (
  SELECT public.set_audit_context('COORDINATOR', '${coordinator}', 'orchestrator "ü"', '${coordinator}', 'req-1', '192.0.2.7', 'agent/1.0 \\ "x"') AS ready)`;

async function createJob(pool: pg.Pool, workspace: string, coordinator: string): Promise<string> {
  const { rows } = await pool.query<{ id: string }>(
    `${ON_BEHALF(coordinator)} INSERT INTO public.jobs (workspace_id, type, origin, created_by, metadata)
     SELECT $1, 'build', 'API', $2, '{"exact": 1.10, "large": 9007199254740993}' FROM ctx WHERE ctx.ready RETURNING id`,
    [workspace, coordinator],
  );
  return rows[0]?.id ?? '';
}

async function raise(pool: pg.Pool, job: string, coordinator: string): Promise<void> {
  await pool.query(
    `${ON_BEHALF(coordinator)} UPDATE public.jobs
     SET rev = rev + 1, status = 'RUNNING', attempt = 1, started_at = coalesce(started_at, now()), progress_percent = rev * 10
     FROM ctx WHERE ctx.ready AND id = $1`,
    [job],
  );
}
