import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { Caller } from '../../src/common/access/caller.js';
import { PrismaService } from '../../src/database/prisma.service.js';
import { createTestDatabase, testSession } from '../support/database.js';

/** How a statement of a test that writes state begins. */
export const SYSTEM = `WITH ctx AS MATERIALIZED (
  SELECT public.set_audit_context('SYSTEM', NULL, 'test', NULL, NULL, NULL, NULL) AS ready)`;

/** A database for the repositories of jobs, without a server. */
export class JobsDatabase {
  private constructor(
    readonly sql: pg.Pool,
    readonly prisma: PrismaService,
    private readonly drop: () => Promise<void>,
  ) {}

  static async open(): Promise<JobsDatabase> {
    const database = await createTestDatabase();
    const sql = new pg.Pool(testSession(database.apiUrl));
    return new JobsDatabase(sql, PrismaService.over({ url: database.apiUrl }), () => database.drop());
  }

  async close(): Promise<void> {
    await this.prisma.onApplicationShutdown();
    await this.sql.end();
    await this.drop();
  }

  /** @param statement an INSERT that selects from `ctx`. @returns the id of its first row */
  async insertedId(statement: string, values: unknown[] = []): Promise<string> {
    const { rows } = await this.sql.query<{ id: string }>(`${SYSTEM} ${statement} RETURNING id`, values);
    const [row] = rows;
    if (row === undefined) throw new Error('nothing was inserted');
    return row.id;
  }

  insertWorkspace(slug: string): Promise<string> {
    return this.insertedId(`INSERT INTO workspaces (slug, name) SELECT $1, $1 FROM ctx`, [slug]);
  }

  /** A coordinator with a key, who may touch the workspace, as a guard would hand it on. */
  async insertCaller(workspaceId: string): Promise<Caller> {
    const name = randomUUID();
    const id = await this.insertedId(
      `INSERT INTO coordinators (name, permissions, rate_limit_per_minute)
       SELECT $1, '{jobs:read,jobs:write,stitcher:dispatch}', 100 FROM ctx`,
      [name],
    );
    await this.sql.query(`${SYSTEM} INSERT INTO coordinator_workspaces SELECT $1, $2 FROM ctx`, [
      id,
      workspaceId,
    ]);
    const kid = name.replaceAll('-', '').slice(0, 16);
    const keyId = await this.insertedId(
      `INSERT INTO coordinator_keys (coordinator_id, kid, secret_hash) SELECT $1, $2, 'a hash' FROM ctx`,
      [id, kid],
    );
    return {
      kind: 'coordinator',
      kid,
      keyId,
      id,
      name,
      permission: 'jobs:write',
      rateLimitPerMinute: 100,
      requestId: randomUUID(),
      sourceAddress: '127.0.0.1',
      userAgent: null,
    };
  }
}
