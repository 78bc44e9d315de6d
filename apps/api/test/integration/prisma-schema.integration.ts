import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { MIGRATIONS_DIRECTORY } from '../../src/database/migrations.js';
import { openSchemaEngine, WholeScripts } from '../../src/database/schema-engine.js';
import { createTestDatabase, type TestDatabase, testSession } from '../support/database.js';

const SCHEMA = await readFile(join(MIGRATIONS_DIRECTORY, '../schema.prisma'), 'utf8');
/** OID of Postgres's one-byte type "char", of which the catalog has columns and the adapter knows nothing. */
const CHAR = 18;
const TEXT = 25;
/** `ColumnTypeEnum.Character` of the adapter's protocol. */
const CHARACTER = 6;

/**
 * What Prisma says of a table for which its language has no words. Everything else of the database must be in the schema:
 * - checks, and partitions (a partition itself is left out);
 * - triggers, functions and grants, of which Prisma says nothing.
 */
const REMARK = /^\/\/\/ This table (contains check constraints|is a partition table) .*\n/gm;

/** Without the generator, whose options Prisma sorts. */
function modelsOf(schema: string): string {
  return schema.slice(schema.indexOf('datasource db'));
}

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database?.drop());

/** Sessions whose columns of type "char" the adapter takes for text. */
class CatalogPool extends pg.Pool {
  /** by the rows of an answer: which columns they are */
  readonly chars = new WeakMap<object, number[]>();
}

/** Tells the engine which of them are one character. */
class CatalogReader extends WholeScripts {
  constructor(private readonly pool: CatalogPool) {
    super(pool);
  }

  override async connect(): ReturnType<PrismaPg['connect']> {
    const adapter = await super.connect();
    const queryRaw = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (query) => {
      const answer = await queryRaw(query);
      for (const at of this.pool.chars.get(answer.rows) ?? []) answer.columnTypes[at] = CHARACTER;
      return answer;
    };
    return adapter;
  }
}

function openCatalog(url: string): CatalogPool {
  const pool = new CatalogPool({ ...testSession(url), max: 1, idleTimeoutMillis: 0 });
  const query = pool.query.bind(pool) as (...args: unknown[]) => Promise<pg.QueryResult>;
  Object.assign(pool, {
    query: async (...args: unknown[]) => {
      const answer = await query(...args);
      const chars = answer.fields.filter(({ dataTypeID }) => dataTypeID === CHAR);
      pool.chars.set(
        answer.rows,
        chars.map((field) => answer.fields.indexOf(field)),
      );
      for (const field of chars) field.dataTypeID = TEXT;
      return answer;
    },
  });
  return pool;
}

/** The models as the engine reads them off the database, with the names of `schema`. */
async function introspected(schema: string): Promise<string> {
  const pool = openCatalog(database.superuserUrl);
  const engine = await openSchemaEngine(pool, new CatalogReader(pool));
  try {
    const result = await engine.introspect({
      schema: { files: [{ path: 'schema.prisma', content: schema }] },
      baseDirectoryPath: '/',
      force: false,
      compositeTypeDepth: -1,
      namespaces: null,
    });
    return modelsOf(result.schema.files[0]?.content ?? '').replace(REMARK, '');
  } finally {
    engine.free();
    await pool.end();
  }
}

describe('prisma/schema.prisma', () => {
  it('describes the migrated database', async () => {
    expect(await introspected(SCHEMA)).toBe(modelsOf(SCHEMA));
  });

  it.each([
    ['a column', '  slug             String                 @unique\n'],
    ['an index', '  @@index([workspaceId, id], map: "jobs_workspace_id_idx")\n'],
    ['an enum', '  SUSPENDED\n'],
  ])('shows %s that is missing in it', async (_, line) => {
    const without = SCHEMA.replace(line, '');
    expect(without).not.toBe(SCHEMA);
    expect(await introspected(without)).not.toBe(modelsOf(without));
  });
});
