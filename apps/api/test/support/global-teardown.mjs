import { once } from 'node:events';
import { dropDatabases } from './template-database.mjs';

export default async function globalTeardown() {
  const keeper = globalThis.registryTestKeeper;
  if (keeper === undefined) return await dropDatabases(JSON.parse(process.env.REGISTRY_TEST_RUN));
  const gone = once(keeper, 'exit');
  keeper.stdin.end();
  await gone;
}
