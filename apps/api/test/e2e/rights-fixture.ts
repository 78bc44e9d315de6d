import supertest from 'supertest';
import { startServer, startTestApp, type TestApp } from '../support/app.js';
import { admin, type Served } from '../support/registry.js';

/**
 * Two servers over one database. The one under test has proven a key just before, and remembers that; the right is then taken away
 * where it cannot notice: over a connection of its own, or by the other server.
 */
export interface TwoServers {
  test: TestApp;
  other: Served;
  /** a request of the ADMIN to the other server, which must succeed */
  elsewhere(method: 'patch' | 'delete' | 'post', path: string, body?: object): Promise<void>;
  close(): Promise<void>;
}

export async function startTwoServers(): Promise<TwoServers> {
  const test = await startTestApp();
  const app = await startServer(test.database.apiUrl);
  const other = { http: () => supertest(app.getHttpServer()), adminKey: test.adminKey };
  return {
    test,
    other,
    async elsewhere(method, path, body = {}) {
      await admin(other, method, path, body);
    },
    async close() {
      await app.close();
      await test.close();
    },
  };
}
