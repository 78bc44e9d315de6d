import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import { PrismaClient } from '../generated/prisma/client.js';
import type { DatabaseConnection } from './connection.js';
import { DatabaseSessions, type Statements } from './database-sessions.js';
import type { Statement } from './shape.js';

/**
 * With more sessions, requests would only queue inside Postgres instead of here. Also, N replicas share one
 * `max_connections`.
 */
const POOL_SIZE = 20;

const RESERVED_POOL_SIZE = 4;

/**
 * Injection token of a {@link PrismaService} with its own sessions, for keys and for changes by administrators. The
 * traffic of a key may hold every other session while it waits for job rows. That must not delay the revocation of the
 * key.
 */
export const RESERVED_PRISMA = Symbol('RESERVED_PRISMA');

/**
 * Prisma's client over the sessions of requests, with the methods of {@link DatabaseSessions}. Each client holds a graph of
 * all queries that the schema allows, so what needs only `rows` takes {@link DatabaseSessions}.
 */
@Injectable()
export class PrismaService extends PrismaClient implements Statements, OnApplicationShutdown {
  // Not `#sessions`: `over` returns another object, which only inherits from this one.
  private constructor(private readonly sessions: DatabaseSessions) {
    super({
      adapter: new PrismaPg(sessions.pool, {
        statementNameGenerator: ({ sql }) => sessions.names.nameOf(sql),
      }),
      // The other formats capture a stack trace for each query.
      errorFormat: 'minimal',
    });
  }

  static reserved(connection: DatabaseConnection): PrismaService {
    return PrismaService.over(connection, RESERVED_POOL_SIZE);
  }

  /** @param size of the pool; omit it for the sessions of requests: only these have `SharedSessions`, too */
  static over(connection: DatabaseConnection, size?: number): PrismaService {
    const sessions = DatabaseSessions.open(connection, {
      sessions: size ?? POOL_SIZE,
      isShared: size === undefined,
    });
    const translated = new PrismaService(sessions).$extends({
      name: 'outages',
      query: {
        $allOperations: ({ args, query }) => sessions.translating(() => query(args)),
      },
    });
    return translated as PrismaService;
  }

  /** See {@link DatabaseSessions.rows}. */
  rows<Row extends pg.QueryResultRow>(statement: Statement): Promise<Row[]> {
    return this.sessions.rows<Row>(statement);
  }

  /** See {@link DatabaseSessions.rowsShared}. */
  rowsShared<Row extends pg.QueryResultRow>(statement: Statement): Promise<Row[]> {
    return this.sessions.rowsShared<Row>(statement);
  }

  /** See {@link DatabaseSessions.inTransaction}. */
  inTransaction<T>(work: (transaction: Statements) => Promise<T>): Promise<T> {
    return this.sessions.inTransaction(work);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.$disconnect();
    await this.sessions.onApplicationShutdown();
  }
}
