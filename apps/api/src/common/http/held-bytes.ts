import { DomainError } from '../problems/domain-error.js';

/**
 * Counts the memory of unfinished bodies, over all connections. Each holder may take only a part of it, so that one
 * caller cannot block the others.
 */
export class HeldBytes {
  private readonly byHolder = new Map<string, number>();
  private all = 0;

  /**
   * @param most bytes at a time
   * @param mostOfOne bytes of one holder at a time
   */
  constructor(
    private readonly most: number,
    private readonly mostOfOne: number,
  ) {}

  /** @throws DomainError `overloaded` if all holders together, or this one, would exceed the limit */
  take(holder: string, bytes: number): void {
    const held = this.byHolder.get(holder) ?? 0;
    if (this.all + bytes > this.most || held + bytes > this.mostOfOne) {
      throw new DomainError('overloaded', 'Too many unfinished request bodies are held. Nothing was done.', {
        retryAfterSeconds: 1,
      });
    }
    this.all += bytes;
    this.byHolder.set(holder, held + bytes);
  }

  uncount(holder: string, bytes: number): void {
    this.all -= bytes;
    const rest = (this.byHolder.get(holder) ?? 0) - bytes;
    if (rest > 0) this.byHolder.set(holder, rest);
    else this.byHolder.delete(holder);
  }
}
