import { randomBytes, randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { Attempt, type AttemptRoutes, JobLostError, type ProgressReport } from './attempt.js';
import type { ClientEvent } from './event.js';
import type { ClaimJobRequest, FailJobRequest, Job } from './schema.js';
import { pause } from './transport.js';

export interface JobContext {
  /** aborted when the job is cancelled or taken back, with a {@link JobLostError}, or when the worker stops and its grace is over */
  signal: AbortSignal;
  /**
   * Reports how far the work has come. It returns only if the job still belongs to this attempt, so call it before anything that must not
   * happen twice.
   *
   * @param percent 0 to 100; it never decreases
   * @throws JobLostError
   */
  progress(percent: number, report?: ProgressReport): Promise<void>;
}

/** Does one job. What it returns becomes the `result` of the job; what it throws fails it. */
export type Handler = (job: Job, context: JobContext) => unknown;

export interface WorkerOptions {
  /** how many jobs it does at once @defaultValue 1 */
  concurrency?: number;
  /** only jobs of these workspaces; undefined: of all workspaces of the coordinator */
  workspaceIds?: string[];
  /** name of this process, for people @defaultValue host name and a random part */
  agentId?: string;
  /** after so many seconds of silence the server takes a job back, 30 to 86,400 @defaultValue 60 */
  leaseSeconds?: number;
  /** how long `stop` waits for the jobs in hand before it gives them back @defaultValue 20 */
  graceSeconds?: number;
  /** whether SIGTERM and SIGINT stop the worker @defaultValue true */
  handleSignals?: boolean;
}

/** A failure that says more than its message, for example that another attempt may do better. */
export class JobFailure extends Error {
  override readonly name = 'JobFailure';

  constructor(
    message: string,
    readonly report: Omit<FailJobRequest, 'error' | 'attempt'> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export interface WorkerRoutes extends AttemptRoutes {
  /** The claimed job, and whether the answer is a repeated one. Undefined: there was none until the end of the wait. */
  claim(
    body: ClaimJobRequest,
    idempotencyKey: string,
    signal: AbortSignal,
  ): Promise<{ job: Job; isReplayed: boolean } | undefined>;
}

const DEFAULT_LEASE_SECONDS = 60;
const DEFAULT_GRACE_SECONDS = 20;
const CLAIM_WAIT_SECONDS = 30;
/** Once the grace is over, the reports that give jobs back have so long. A lease gives back the others. */
const LAST_REPORTS_MS = 5_000;
const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** Claims jobs and does them, until it is stopped. */
export class Worker {
  /** Resolves once the worker has stopped; rejects if the server refuses it. */
  readonly done: Promise<void>;

  private readonly agentId: string;
  private readonly leaseSeconds: number;
  private readonly stopping = new AbortController();
  /** the grace is over */
  private readonly outOfTime = new AbortController();
  /** no report is sent any more */
  private readonly silent = new AbortController();
  private readonly running = new Set<Promise<void>>();
  private readonly onSignal = (): void => void this.stop();
  private fatal: unknown;

  constructor(
    private readonly handlers: Readonly<Record<string, Handler>>,
    private readonly options: WorkerOptions,
    private readonly routes: WorkerRoutes,
    private readonly emit: (event: ClientEvent) => void,
  ) {
    this.agentId = options.agentId ?? `${hostname()}-${randomBytes(4).toString('hex')}`;
    this.leaseSeconds = options.leaseSeconds ?? DEFAULT_LEASE_SECONDS;
    // A second signal ends the process at once.
    if (options.handleSignals !== false) for (const it of SIGNALS) process.once(it, this.onSignal);
    this.done = this.work();
  }

  /**
   * Claims no more jobs, and waits for those in hand. Once the grace is over their signals are aborted, and they return to PENDING while
   * attempts remain. A second call changes nothing.
   */
  stop(): Promise<void> {
    if (!this.stopping.signal.aborted) {
      this.stopping.abort();
      void this.giveBack();
    }
    return this.done;
  }

  private async giveBack(): Promise<void> {
    const isDone = new AbortController();
    const end = (): void => isDone.abort();
    void this.done.then(end, end);
    try {
      await pause(1_000 * (this.options.graceSeconds ?? DEFAULT_GRACE_SECONDS), isDone.signal);
      this.outOfTime.abort(new Error('the worker was stopped'));
      await pause(LAST_REPORTS_MS, isDone.signal);
      this.silent.abort();
    } catch {
      // All jobs are reported.
    }
  }

  private async work(): Promise<void> {
    try {
      while (!this.stopping.signal.aborted) {
        if (this.running.size >= (this.options.concurrency ?? 1)) await Promise.race(this.running);
        else await this.take();
      }
    } catch (error) {
      if (!this.stopping.signal.aborted) this.end(error);
    }
    await Promise.all(this.running);
    for (const it of SIGNALS) process.off(it, this.onSignal);
    if (this.fatal !== undefined) throw this.fatal;
  }

  /** The server refuses this worker. It waits for the jobs in hand. */
  private end(error: unknown): void {
    this.fatal ??= error;
    void this.stop();
  }

  private async take(): Promise<void> {
    const { workspaceIds } = this.options;
    const body = {
      agentId: this.agentId,
      types: Object.keys(this.handlers),
      leaseSeconds: this.leaseSeconds,
      waitSeconds: CLAIM_WAIT_SECONDS,
      ...(workspaceIds !== undefined && { workspaceIds }),
    };
    // One key for all repeats: if only the answer was lost, a repeat gets the same job.
    const claimed = await this.routes.claim(body, randomUUID(), this.stopping.signal);
    if (claimed === undefined) return;
    const { job, isReplayed } = claimed;
    // The lease of a job in a repeated answer may be over.
    if (job.status !== 'RUNNING' || job.agentId !== this.agentId) return;
    const run = this.run(job, isReplayed)
      .catch((error: unknown) => this.end(error))
      .finally(() => this.running.delete(run));
    this.running.add(run);
  }

  private async run(job: Job, isReplayed: boolean): Promise<void> {
    this.emit({ type: 'job-started', job });
    const attempt = new Attempt(job, this.leaseSeconds, this.routes, isReplayed);
    const { signal } = this.outOfTime;
    const isOutOfTime = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => {
        attempt.work.abort(signal.reason);
        reject(signal.reason);
      });
      if (signal.aborted) reject(signal.reason);
    });
    try {
      const result = await Promise.race([this.perform(attempt), isOutOfTime]);
      await attempt.complete(result, this.silent.signal);
      this.emit({ type: 'job-completed', job });
    } catch (error) {
      await this.fail(attempt, error);
    } finally {
      attempt.end();
    }
  }

  private async perform(attempt: Attempt): Promise<unknown> {
    const { job, work } = attempt;
    const handler = this.handlers[job.type];
    if (handler === undefined) throw new Error(`there is no handler for jobs of type ${job.type}`);
    return await handler(job, {
      signal: work.signal,
      progress: (percent, report) => attempt.progress(percent, report),
    });
  }

  private async fail(attempt: Attempt, error: unknown): Promise<void> {
    const { job } = attempt;
    try {
      await attempt.fail(this.outOfTime.signal.aborted ? STOPPED : reportOf(error), this.silent.signal);
      this.emit({ type: 'job-failed', job, error });
    } catch (failure) {
      if (failure instanceof JobLostError) this.emit({ type: 'job-lost', job, error: failure });
      else if (!this.silent.signal.aborted) throw failure;
    }
  }
}

const STOPPED: FailJobRequest = { error: 'the worker was stopped', retry: true };

function reportOf(error: unknown): FailJobRequest {
  if (error instanceof JobFailure) return { ...error.report, error: error.message };
  return { error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
}
