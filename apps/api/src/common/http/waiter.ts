import type { Wait } from './wait.js';

/** One request whose answer is held back. */
export class Waiter {
  private resume: (() => void) | undefined;
  private ended = false;

  constructor(private readonly wait: Wait) {}

  get isPaused(): boolean {
    return this.resume !== undefined;
  }

  /** Whether the time is over, the client is gone, or the server stops: it must not wait any more. */
  get isEnded(): boolean {
    return this.ended;
  }

  /** Resolves at the next {@link wake}; at once if the wait has ended. */
  async pause(): Promise<void> {
    if (this.ended) return;
    const from = performance.now();
    await new Promise<void>((resolve) => {
      this.resume = resolve;
    });
    this.wait.heldMs += performance.now() - from;
  }

  /** Does nothing for a request that is awake: the next look at the database wakes it if it is still needed. */
  wake(): void {
    const { resume } = this;
    this.resume = undefined;
    resume?.();
  }

  end(): void {
    this.ended = true;
    this.wake();
  }
}
