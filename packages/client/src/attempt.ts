import { hasCode, ProblemError } from './problem.js';
import type { CompleteJobRequest, FailJobRequest, Job, ReportProgressRequest } from './schema.js';
import { pause } from './transport.js';

/** The attempt has ended, so its work must stop. It is the reason of the aborted `signal`, and nothing can be reported any more. */
export class JobLostError extends Error {
  override readonly name = 'JobLostError';

  /**
   * @param reason `cancelled`: the job was cancelled; `taken-back`: the server ended the attempt, or another caller did; `lease-expired`:
   *   the lease could not be renewed in time, so another worker may have the job
   */
  constructor(
    readonly reason: 'cancelled' | 'taken-back' | 'lease-expired',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The routes that an attempt uses. Each repeats its request until it has an answer, or the signal is aborted. */
export interface AttemptRoutes {
  progress(id: string, body: ReportProgressRequest, signal: AbortSignal): Promise<Job>;
  complete(id: string, body: CompleteJobRequest, signal: AbortSignal): Promise<Job>;
  fail(id: string, body: FailJobRequest, signal: AbortSignal): Promise<Job>;
  /** Waits until the job has another `rev`. Undefined: it had none until the end of the wait. */
  change(id: string, rev: number, signal: AbortSignal): Promise<Job | undefined>;
}

export interface ProgressReport {
  /** what is done now */
  step?: string;
  tokensUsed?: number;
}

/** A lease is renewed three times before it ends, so one lost request does no harm. */
const RENEWALS_PER_LEASE = 3;

const LARGEST_BODY_BYTES = 2 ** 20;

/** One attempt of one job, from the claim to the report. Until then its lease is renewed, and its job watched. */
export class Attempt {
  /** Aborted once the work must stop. */
  readonly work = new AbortController();
  /** Aborted once the lease need not be renewed any more. */
  private readonly ended = new AbortController();
  private lost: JobLostError | undefined;
  private expiry: NodeJS.Timeout | undefined;
  private step: string | undefined;

  /** @param isOld the claim was answered before, so its lease may be nearly over */
  constructor(
    readonly job: Job,
    private readonly leaseSeconds: number,
    private readonly routes: AttemptRoutes,
    isOld: boolean,
  ) {
    this.leaseBegan(performance.now());
    void this.renew(isOld);
    void this.watch();
  }

  /** @throws JobLostError if the job does not belong to this attempt any more */
  async progress(percent: number, { step, tokensUsed }: ProgressReport = {}): Promise<void> {
    this.work.signal.throwIfAborted();
    if (step !== undefined) this.step = step;
    await this.report({
      progressPercent: percent,
      ...(step !== undefined && { currentStep: step }),
      ...(tokensUsed !== undefined && { tokensUsed }),
    });
  }

  /** @throws JobLostError */
  async complete(result: unknown, signal: AbortSignal): Promise<Job> {
    this.beforeLastReport();
    const body = { ...(result !== undefined && { result }), attempt: this.job.attempt };
    const { length } = Buffer.from(JSON.stringify(body));
    // The server would close the connection while the body is sent, which looks as if it was unreachable.
    if (length > LARGEST_BODY_BYTES) {
      throw new RangeError(`the result has ${length} bytes, of 262144 that it may have`);
    }
    return await this.unlessLost(this.routes.complete(this.job.id, body, signal));
  }

  /** @throws JobLostError */
  async fail(report: FailJobRequest, signal: AbortSignal): Promise<Job> {
    this.beforeLastReport();
    const body = {
      ...(this.step !== undefined && { failedStep: this.step }),
      ...report,
      attempt: this.job.attempt,
    };
    return await this.unlessLost(this.routes.fail(this.job.id, body, signal));
  }

  /** Stops the renewals. */
  end(): void {
    clearTimeout(this.expiry);
    this.ended.abort();
  }

  private beforeLastReport(): void {
    this.end();
    if (this.lost !== undefined) throw this.lost;
  }

  private async report(body: Omit<ReportProgressRequest, 'attempt'>): Promise<void> {
    const { id, attempt } = this.job;
    const began = performance.now();
    await this.unlessLost(this.routes.progress(id, { ...body, attempt }, this.ended.signal));
    if (!this.ended.signal.aborted) this.leaseBegan(began);
  }

  /** Percent and tokens never decrease, so a report of 0 renews the lease and changes nothing else. */
  private async renew(atOnce: boolean): Promise<void> {
    await this.untilEnded(async () => {
      if (atOnce) await this.report({ progressPercent: 0 });
      for (;;) {
        await pause((1_000 * this.leaseSeconds) / RENEWALS_PER_LEASE, this.ended.signal);
        await this.report({ progressPercent: 0 });
      }
    });
  }

  private async watch(): Promise<void> {
    await this.untilEnded(async () => {
      const { id, attempt, coordinatorId, agentId } = this.job;
      for (let { rev } = this.job; ; ) {
        const now = await this.routes.change(id, rev, this.ended.signal);
        if (now === undefined) continue;
        rev = now.rev;
        if (now.status === 'CANCELLED') this.lose(new JobLostError('cancelled', 'the job was cancelled'));
        const isOurs =
          now.status === 'RUNNING' &&
          now.attempt === attempt &&
          now.coordinatorId === coordinatorId &&
          now.agentId === agentId;
        if (!isOurs) this.lose(new JobLostError('taken-back', `attempt ${attempt} has ended`));
        if (this.lost !== undefined) return;
      }
    });
  }

  /** If a request is refused for another reason, the report of the work will be, too, and says so. */
  private async untilEnded(loop: () => Promise<void>): Promise<void> {
    try {
      await loop();
    } catch {
      // Ended, lost or refused.
    }
  }

  private leaseBegan(at: number): void {
    clearTimeout(this.expiry);
    const left = 1_000 * this.leaseSeconds - (performance.now() - at);
    this.expiry = setTimeout(() => {
      this.lose(new JobLostError('lease-expired', 'the lease could not be renewed in time'));
    }, left);
  }

  private lose(error: JobLostError): void {
    this.lost ??= error;
    this.end();
    this.work.abort(this.lost);
  }

  private async unlessLost(answer: Promise<Job>): Promise<Job> {
    try {
      return await answer;
    } catch (error) {
      if (this.lost !== undefined) throw this.lost;
      if (!isLoss(error)) throw error;
      const reason = hasCode(error, 'job-cancelled') ? 'cancelled' : 'taken-back';
      this.lose(new JobLostError(reason, error.message, { cause: error }));
      throw this.lost ?? error;
    }
  }
}

/** 404: the coordinator may not see the workspace any more. */
function isLoss(error: unknown): error is ProblemError {
  return hasCode(error, 'not-found') || (error instanceof ProblemError && error.problem.status === 409);
}
