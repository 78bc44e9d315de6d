import { Logger } from '@nestjs/common';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { SharedWait } from '../../common/http/shared-wait.js';
import { RecurringTask } from '../../common/recurring-task.js';
import { connectRedis, describeFailure, evaluate, type RedisClient } from './client.js';
import { PROBE, type Script } from './scripts.js';

/** How long a probe waits for its answer. A request waits as long as its {@link SharedWait} has left. */
const ANSWER_MS = 250;
const CONNECT_MS = 1_000;
/** With {@link CONNECT_MS} less than two seconds: counts are shared again within this time. */
const PROBE_EVERY_MS = 500;
const PREFIX = 'coordinator-registry';

/**
 * Asks Redis while it answers in time. The first late or failed answer breaks the link. From then on no request waits: a
 * task in the background connects and probes until Redis works again. No request is a probe.
 */
export class RedisLink {
  private readonly logger = new Logger('RedisLink');
  /** set while the link works */
  private client: RedisClient | undefined;
  /** The probe uses the node of a cluster that failed last. */
  private suspect = 'none';
  private readonly probing = new RecurringTask('probing Redis', PROBE_EVERY_MS, () => this.probe());
  private readonly shared: Gauge;
  private readonly alone: Counter;
  private readonly waits: Histogram;
  private stopped = false;

  constructor(
    private readonly urls: readonly string[],
    registry: Registry,
  ) {
    this.shared = new Gauge({
      name: 'rate_limit_shared',
      help: '1 while all replicas count together in Redis, 0 while this process counts alone',
      registers: [registry],
    });
    this.alone = new Counter({
      name: 'rate_limit_counted_alone_total',
      help: 'Counts that this process made without Redis, because Redis could not be used',
      registers: [registry],
    });
    this.waits = new Histogram({
      name: 'rate_limit_redis_seconds',
      help: 'Time that a count waited for Redis, with or without an answer',
      buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.3, 1],
      registers: [registry],
    });
  }

  /** Resolves once Redis works, or after a bounded time without it. So the first requests are shared too. */
  async start(): Promise<void> {
    const failure = await this.probe();
    if (!this.works) this.logLoss(failure);
    this.probing.start();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.probing.stop();
    const { client } = this;
    this.client = undefined;
    client?.disconnect();
  }

  get works(): boolean {
    return this.client !== undefined;
  }

  /** Runs the script on one key. Never rejects: undefined if Redis cannot be used. */
  async run(script: Script, key: string, values: readonly number[], wait: SharedWait): Promise<unknown> {
    const { client } = this;
    if (client === undefined) {
      this.alone.inc();
      return undefined;
    }
    const observe = this.waits.startTimer();
    try {
      return await wait.within((leftMs) =>
        within(leftMs, evaluate(client, script, `${PREFIX}:count:{${key}}`, values)),
      );
    } catch (error) {
      this.alone.inc();
      this.suspect = key;
      this.lose(client, error);
      return undefined;
    } finally {
      observe();
    }
  }

  /** Never rejects. @returns why Redis cannot be used; undefined if it can */
  private async probe(): Promise<unknown> {
    const known = this.client;
    const attempt = new AbortController();
    try {
      const client = known ?? (await within(CONNECT_MS, connectRedis(this.urls, attempt.signal)));
      await within(ANSWER_MS, evaluate(client, PROBE, `${PREFIX}:probe:{${this.suspect}}`, []));
      if (known === undefined) this.gain(client);
      return undefined;
    } catch (error) {
      attempt.abort();
      if (known !== undefined) this.lose(known, error);
      return error;
    }
  }

  private gain(client: RedisClient): void {
    if (this.stopped) {
      client.disconnect();
      return;
    }
    client.once('end', () => this.lose(client, new Error('the connection ended')));
    this.client = client;
    this.shared.set(1);
    this.logger.log('Redis works: all replicas count together');
  }

  private lose(client: RedisClient, error: unknown): void {
    if (this.client !== client) return;
    this.client = undefined;
    this.shared.set(0);
    client.disconnect();
    this.logLoss(error);
  }

  private logLoss(error: unknown): void {
    const reason = describeFailure(error, this.urls);
    this.logger.error(`Redis cannot be used, this process counts rate limits alone: ${reason}`);
  }
}

/**
 * Lets the event loop turn before it gives up. If this process is the one that is late, its timer would fire before an
 * answer that has already arrived is read.
 */
function within<Value>(ms: number, work: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new Error(`no answer within ${Math.ceil(ms)} ms`));
    const timer = setTimeout(() => setImmediate(() => setImmediate(late)), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
