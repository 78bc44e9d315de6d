import { beforeAll, expect } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, testSession } from './database.js';

/* Fails every test of the file if the messages of the server are not German. */
beforeAll(async () => {
  const database = await createTestDatabase();
  const session = new pg.Client(testSession(database.apiUrl));
  await session.connect();
  try {
    await expect(session.query('SELECT 1 / 0')).rejects.toMatchObject({
      code: '22012',
      message: 'Division durch Null',
    });
  } finally {
    await session.end();
    await database.drop();
  }
});
