import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerProcess } from '../support/server-process.js';

const EVERY_MS = 5_000;

/** What one replica says about itself. */
export interface Sample {
  /** seconds since the load began */
  at: number;
  /** resident memory, MiB */
  rss: number;
  /** used heap, MiB; it rises between two collections of garbage */
  heap: number;
  /** delay of the event loop since the sample before, milliseconds */
  delayP50: number;
  delayP99: number;
  delayMax: number;
  /** requests that wait */
  waiting: number;
}

/** Reads the metrics of a replica until stopped. The first sample is taken at once. */
export async function watch({ url }: ServerProcess, stopping: AbortSignal): Promise<Sample[]> {
  const samples: Sample[] = [];
  const start = performance.now();
  while (!stopping.aborted) {
    const metrics = await metricsOf(url);
    samples.push({
      at: Math.round((performance.now() - start) / 1_000),
      rss: metricIn(metrics, 'process_resident_memory_bytes') / 1_048_576,
      heap: metricIn(metrics, 'nodejs_heap_size_used_bytes') / 1_048_576,
      delayP50: metricIn(metrics, 'nodejs_eventloop_lag_p50_seconds') * 1_000,
      delayP99: metricIn(metrics, 'nodejs_eventloop_lag_p99_seconds') * 1_000,
      delayMax: metricIn(metrics, 'nodejs_eventloop_lag_max_seconds') * 1_000,
      waiting: metricIn(metrics, 'http_requests_waiting'),
    });
    await sleep(EVERY_MS, undefined, { signal: stopping }).catch(() => undefined);
  }
  return samples;
}

/** All metrics of a replica, by name with its labels. */
export async function metricsOf(url: string): Promise<Map<string, number>> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [
      line.slice(0, line.lastIndexOf(' ')),
      Number(line.slice(line.lastIndexOf(' ') + 1)),
    ]),
  );
}

/** @throws Error if there is no such metric */
export function metricIn(metrics: Map<string, number>, name: string): number {
  const value = metrics.get(name);
  if (value === undefined) throw new Error(`no metric ${name}`);
  return value;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
