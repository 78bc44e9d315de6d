import { randomUUID } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';
import supertest from 'supertest';
import { AppModule } from '../../src/app.module.js';
import { createFastifyAdapter } from '../../src/common/http/fastify.js';
import { createLogger } from '../../src/common/logging.js';
import { type AppConfig, loadConfig } from '../../src/config/app-config.js';
import { issueKey } from '../../src/keys/stored-key.js';
import { holdToContract } from './contract.js';
import { createTestDatabase, dataDirOf, testSession } from './database.js';

export interface TestApp {
  app: NestFastifyApplication;
  /** supertest's agent over the app's server: `http().get('/health/live')` */
  http(): ReturnType<typeof supertest>;
  database: {
    ownerUrl: string;
    apiUrl: string;
    superuserUrl: string;
    /** sessions of the database's owner, for preparing and looking behind the API's back */
    owner: pg.Pool;
    /** sessions of the API's login */
    api: pg.Pool;
  };
  /** access key of an operator who is ADMIN */
  adminKey: string;
  close(): Promise<void>;
}

/** The whole server through the production set-up, over a database of its own. Nothing listens on a port of the machine until asked. */
export async function startTestApp(overrides: Partial<AppConfig> = {}): Promise<TestApp> {
  const database = await createTestDatabase();
  const owner = new pg.Pool({ ...testSession(database.ownerUrl), max: 20 });
  const api = new pg.Pool({ ...testSession(database.apiUrl), max: 20 });
  for (const pool of [owner, api]) pool.on('error', () => undefined);

  const app = await startServer(database.apiUrl, overrides);

  return {
    app,
    http: () => supertest(app.getHttpServer()),
    database: {
      ownerUrl: database.ownerUrl,
      apiUrl: database.apiUrl,
      superuserUrl: database.superuserUrl,
      owner,
      api,
    },
    adminKey: await insertAdmin(owner, 'test admin'),
    close: async () => {
      try {
        await app.close();
      } finally {
        await Promise.all([owner.end(), api.end()]);
        await database.drop();
      }
    },
  };
}

/** A server through the production set-up, over a database that the test has made: for what happens before it starts, or to two at once. */
export async function startServer(
  apiUrl: string,
  overrides: Partial<AppConfig> = {},
): Promise<NestFastifyApplication> {
  const config = {
    ...loadConfig({ NODE_ENV: 'test', LOG_LEVEL: 'fatal', DATA_DIR: dataDirOf(apiUrl) }),
    ...overrides,
  };
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot(config, { url: apiUrl }),
    createFastifyAdapter(config),
    { logger: createLogger(config), abortOnError: false },
  );
  try {
    await app.init();
    // After the hooks of the server, so that it sees what they add.
    holdToContract(app);
    await app.getHttpAdapter().getInstance().ready();
  } catch (error) {
    // As main does: what has begun is put away.
    await app.close();
    throw error;
  }
  return app;
}

/** @returns the access key */
export async function insertAdmin(owner: pg.Pool, name: string = randomUUID()): Promise<string> {
  const { text, stored } = await issueKey('cro_');
  await owner.query(
    `WITH ctx AS MATERIALIZED (
       SELECT public.set_audit_context('SYSTEM', NULL, 'test', NULL, NULL, NULL, NULL) AS ready
     )
     INSERT INTO public.operators (name, role, key_id, kid, secret_hash)
     SELECT $3, 'ADMIN', public.uuid_v7(), $1, $2 FROM ctx`,
    [stored.kid, stored.secretHash, name],
  );
  return text;
}
