import { expect, it } from '@jest/globals';
import { WorkerPool } from './worker-pool.js';

// Here stands no worker.js, which only a build makes, so each thread ends as soon as it begins.
it('WorkerPool rejects a task after its thread has ended', async () => {
  const checker = new WorkerPool(1);
  const ask = () => checker.check(new Uint8Array(1), 'lines');
  await expect(ask()).rejects.toThrow();
  await expect(ask()).rejects.toThrow();
  await checker.close();
});
