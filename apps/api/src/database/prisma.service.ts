import { createHash } from 'node:crypto';
import { Inject, Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { PrismaPg } from '@prisma/adapter-pg';
import { LRUCache } from 'lru-cache';
import pg from 'pg';
import { PrismaClient } from '../generated/prisma/client.js';
import { DATABASE_CONNECTION, type DatabaseConnection, REQUEST_APPLICATION_NAME } from './connection.js';

/** More connections than this only queue inside Postgres. */
const POOL_SIZE = 20;

/** Prepared statements that one session may hold; every text of the repositories fits many times over. */
const NAMED_STATEMENTS = 500;

/** Prisma's client over a pool of request sessions. Only repositories use it. */
@Injectable()
export class PrismaService extends PrismaClient implements OnModuleDestroy {
  // Not `#pool`: what the constructor returns is another object, which inherits from this one.
  private readonly pool: pg.Pool;

  constructor(@Inject(DATABASE_CONNECTION) connection: DatabaseConnection) {
    const pool = openPool(connection);
    super({
      adapter: new PrismaPg(pool, { statementNameGenerator: statementNames() }),
      errorFormat: 'minimal',
    });
    this.pool = pool;
  }

  async onModuleDestroy(): Promise<void> {
    await this.$disconnect();
    await this.pool.end();
  }
}

function openPool({ url, role }: DatabaseConnection): pg.Pool {
  const logger = new Logger(PrismaService.name);
  const pool = new pg.Pool({
    connectionString: url,
    application_name: REQUEST_APPLICATION_NAME,
    max: POOL_SIZE,
    connectionTimeoutMillis: 5_000,
    ...(role !== undefined && { options: `-c role=${role}` }),
  });
  pool.on('error', (error) => logger.warn(`idle database connection lost: ${error.message}`));
  return pool;
}

/** Names a statement by its text, so that each session plans it once; the names outlast no session. */
function statementNames(): (query: { sql: string }) => string {
  const names = new LRUCache<string, string>({ max: NAMED_STATEMENTS });
  return ({ sql }) => {
    const known = names.get(sql);
    if (known !== undefined) return known;
    const name = createHash('sha256').update(sql).digest('hex').slice(0, 32);
    names.set(sql, name);
    return name;
  };
}
