import type { AttemptRoutes } from './attempt.js';
import { type FollowOptions, follow, type JobEvent } from './feed.js';
import { unwrap } from './problem.js';
import { Rotation } from './rotation.js';
import { type CoordinatorPaths, type Requests, requestsOver } from './routes.js';
import type { Job } from './schema.js';
import { Transport, type TransportOptions } from './transport.js';
import { type Handler, Worker, type WorkerOptions, type WorkerRoutes } from './worker.js';

export interface CoordinatorClient extends Requests<CoordinatorPaths> {
  /**
   * Claims jobs of these types and does them until it is stopped. Each handler does one job.
   *
   * @example
   * const worker = coordinator.worker({ greet: async ({ metadata }) => `Hello ${metadata.name}` }, { concurrency: 4 });
   * await worker.done;
   */
  worker(handlers: Readonly<Record<string, Handler>>, options?: WorkerOptions): Worker;
  /** Waits until the job is COMPLETED, FAILED or CANCELLED. A FAILED job may be retried later. */
  waitForEnd(jobId: string, options?: { signal?: AbortSignal }): Promise<Job>;
  /**
   * The changes of the jobs of the coordinator's workspaces, about a second after each. It connects again by itself, so no event is
   * missing and none comes twice.
   *
   * @throws ProblemError among others `position-pruned`, `position-unknown`
   */
  events(options?: FollowOptions): AsyncGenerator<JobEvent, void, undefined>;
}

/** The longest that the server waits. */
const WAIT_SECONDS = 60;

const NDJSON = { Accept: 'application/x-ndjson' };

/**
 * A client of the routes for coordinators, with a key (`crk_…`). A key that ends and has a `KeyStore` is replaced after 80 % of its life,
 * if the coordinator has the permission `keys:rotate`.
 */
export function createCoordinator(options: TransportOptions): CoordinatorClient {
  const transport = new Transport(
    options,
    (key) => ['X-API-Key', key],
    (headers) => rotation.observe(headers.get('Coordinator-Key-Expires')),
  );
  const requests = requestsOver<CoordinatorPaths>(transport);
  const endless = requestsOver<CoordinatorPaths>(transport, Number.POSITIVE_INFINITY);
  const emit = transport.emit.bind(transport);
  const rotation = new Rotation(
    options.key,
    {
      health: () => unwrap(requests.GET('/coordinator/health')),
      rotate: () => unwrap(requests.POST('/coordinator/keys/rotate')),
    },
    emit,
  );
  const routes = workerRoutes(endless);
  return {
    ...requests,
    worker: (handlers, workerOptions = {}) => new Worker(handlers, workerOptions, routes, emit),
    waitForEnd: async (id, { signal = new AbortController().signal } = {}) => {
      const path = { id };
      let job = await unwrap(endless.GET('/coordinator/jobs/{id}', { params: { path }, signal }));
      while (job.status === 'PENDING' || job.status === 'RUNNING') {
        job = (await routes.change(id, job.rev, signal)) ?? job;
      }
      return job;
    },
    events: (from = {}) =>
      follow<JobEvent>(
        (after, signal) =>
          unwrap(
            (from.follow === false ? requests : endless).GET('/coordinator/events', {
              params: {
                query: {
                  ...(after !== undefined && { after }),
                  ...(from.follow === false && { follow: 'false' }),
                },
              },
              headers: NDJSON,
              parseAs: 'stream',
              signal,
            }),
          ),
        from,
      ),
  };
}

function workerRoutes({ GET, POST, PATCH }: Requests<CoordinatorPaths>): WorkerRoutes {
  const attempt: AttemptRoutes = {
    progress: (id, body, signal) =>
      unwrap(PATCH('/coordinator/jobs/{id}/progress', { params: { path: { id } }, body, signal })),
    complete: (id, body, signal) =>
      unwrap(POST('/coordinator/jobs/{id}/complete', { params: { path: { id } }, body, signal })),
    fail: (id, body, signal) =>
      unwrap(POST('/coordinator/jobs/{id}/fail', { params: { path: { id } }, body, signal })),
    change: async (id, rev, signal) => {
      const params = {
        path: { id },
        query: { waitSeconds: WAIT_SECONDS },
        header: { 'If-None-Match': `"${rev}"` },
      };
      const answer = await GET('/coordinator/jobs/{id}', { params, signal });
      return answer.response.status === 304 ? undefined : await unwrap(answer);
    },
  };
  return {
    ...attempt,
    claim: async (body, idempotencyKey, signal) => {
      const params = { header: { 'Idempotency-Key': idempotencyKey } };
      const answer = await POST('/coordinator/jobs/claim', { params, body, signal });
      const job = await unwrap(answer);
      if (job === undefined) return undefined;
      return { job, isReplayed: answer.response.headers.get('Idempotency-Replayed') === 'true' };
    },
  };
}
