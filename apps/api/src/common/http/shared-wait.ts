/**
 * How long a request may wait for what the replicas share, over all its counts. With the turn of the event loop at the
 * end, this is less than 300 ms.
 */
export class SharedWait {
  private leftMs = 280;

  /** Runs `work` within the time that is left, and deducts the time that it took. */
  async within<Value>(work: (leftMs: number) => Promise<Value>): Promise<Value> {
    const start = performance.now();
    try {
      return await work(this.leftMs);
    } finally {
      this.leftMs = Math.max(0, this.leftMs - (performance.now() - start));
    }
  }

  /** For a request that got the outcome of another one: it has waited as long. */
  limitTo(other: SharedWait): void {
    this.leftMs = Math.min(this.leftMs, other.leftMs);
  }
}

/** The one of the request. */
export function sharedWaitOf(request: { sharedWait?: SharedWait }): SharedWait {
  request.sharedWait ??= new SharedWait();
  return request.sharedWait;
}
