import type { ClientEvent } from './event.js';
import type { Key } from './key.js';
import type { CoordinatorHealth, RotatedKey } from './schema.js';

/** The part of its life after which a key is replaced. */
const ROTATE_AT = 0.8;

/** The longest delay of a timer. */
const MAX_DELAY_MS = 2 ** 31 - 1;

export interface RotationRoutes {
  health(): Promise<CoordinatorHealth>;
  rotate(): Promise<RotatedKey>;
}

/** Replaces the key in its store before it ends. It learns of the end from the answers to other requests. */
export class Rotation {
  /** the end for which the time of the replacement is known */
  private seen: string | null = null;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly key: Key,
    private readonly routes: RotationRoutes,
    private readonly emit: (event: ClientEvent) => void,
  ) {}

  /** @param expiresAt as the latest answer says; null: the key does not end */
  observe(expiresAt: string | null): void {
    if (typeof this.key !== 'object' || expiresAt === this.seen) return;
    this.seen = expiresAt;
    clearTimeout(this.timer);
    if (expiresAt !== null) void this.schedule();
  }

  private async schedule(): Promise<void> {
    try {
      const { createdAt, expiresAt, rotated } = (await this.routes.health()).key;
      // Another process has replaced it, and the new key will be in the store.
      if (expiresAt === null || rotated) return;
      const begin = Date.parse(createdAt);
      this.sleepUntil(begin + ROTATE_AT * (Date.parse(expiresAt) - begin));
    } catch (error) {
      this.emit({ type: 'key-not-rotated', error });
    }
  }

  /** The timer does not keep the process running. */
  private sleepUntil(due: number): void {
    const delay = Math.min(Math.max(0, due - Date.now()), MAX_DELAY_MS);
    this.timer = setTimeout(() => {
      if (Date.now() < due) this.sleepUntil(due);
      else void this.replace();
    }, delay).unref();
  }

  private async replace(): Promise<void> {
    if (typeof this.key !== 'object') return;
    try {
      let expiresAt: string | null = null;
      await this.key.replace(async () => {
        const { apiKey, key } = await this.routes.rotate();
        expiresAt = key.expiresAt;
        return apiKey;
      });
      this.emit({ type: 'key-rotated', expiresAt });
    } catch (error) {
      this.emit({ type: 'key-not-rotated', error });
    }
  }
}
