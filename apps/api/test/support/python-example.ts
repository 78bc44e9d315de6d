import { expect } from '@jest/globals';
import type { Job } from '../../src/jobs/job.js';
import type { TestApp } from './app.js';
import { call, createJob, succeed, type TestCoordinator } from './registry.js';
import { ServerProcess } from './server-process.js';

const EXAMPLE = ['python3', 'docs/examples/coordinator.py'];

/** `docs/examples/coordinator.py` with the key of a coordinator, and the jobs for it. */
export class PythonExample {
  constructor(
    private readonly test: TestApp,
    private readonly url: string,
    private readonly coordinator: TestCoordinator,
  ) {}

  run(options: string[], env: NodeJS.ProcessEnv = {}, program = EXAMPLE): ServerProcess {
    const types = options.includes('--type') ? [] : ['--type', 'build'];
    return new ServerProcess([...program, ...types, ...options], {
      PYTHONPATH: 'packages/client-python',
      REGISTRY_URL: this.url,
      REGISTRY_API_KEY: this.coordinator.apiKey,
      NO_PROXY: '*',
      ...env,
    });
  }

  create(steps: string[], secondsPerStep = 0): Promise<Job> {
    return createJob(this.test, this.coordinator, { metadata: { steps, secondsPerStep } });
  }

  async read(job: Job): Promise<Job> {
    const { apiKey: key } = this.coordinator;
    return succeed<Job>(await call(this.test, 'get', `/coordinator/jobs/${job.id}`, { key }));
  }
}

export async function expectGoodEnd(process: ServerProcess): Promise<void> {
  const exit = await process.ended();
  expect({ ...exit, said: process.output }).toEqual({ code: 0, signal: null, said: process.output });
}
