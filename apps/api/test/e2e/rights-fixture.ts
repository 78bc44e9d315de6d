import supertest from 'supertest';
import { startServer, startTestApp, type TestApp } from '../support/app.js';

/**
 * Two servers over one database. The one under test has proven a key just before, and remembers that; the right is then taken away
 * where it cannot notice: over a connection of its own, or by the other server.
 */
export interface TwoServers {
  test: TestApp;
  /** another ADMIN's request, to the other server */
  elsewhere(method: 'patch' | 'delete' | 'post', path: string, body?: object): Promise<void>;
  close(): Promise<void>;
}

export async function startTwoServers(): Promise<TwoServers> {
  const test = await startTestApp();
  const other = await startServer(test.database.apiUrl);
  return {
    test,
    async elsewhere(method, path, body = {}) {
      const answer = await supertest(other.getHttpServer())
        [method](path)
        .set('Authorization', `Bearer ${test.adminKey}`)
        .send(body);
      if (answer.status >= 300) throw new Error(`${answer.status} ${answer.text}`);
    },
    async close() {
      await other.close();
      await test.close();
    },
  };
}
