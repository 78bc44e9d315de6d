import { DomainError } from '../problems/domain-error.js';

/**
 * Limits what requests hold at a time: memory, or places to wait. Each holder may take only a part of it, so that one
 * caller cannot block the others.
 */
export class SharedQuota {
  private readonly byHolder = new Map<string, number>();
  private all = 0;

  /**
   * @param most all holders together
   * @param mostOfOne one holder
   * @param refused why more is refused, and after how many seconds a retry makes sense
   */
  constructor(
    private readonly most: number,
    private readonly mostOfOne: number,
    private readonly refused: { detail: string; retryAfterSeconds: number },
  ) {}

  /** @throws DomainError `overloaded` if all holders together, or this one, would exceed the limit */
  take(holder: string, amount = 1): void {
    const held = this.byHolder.get(holder) ?? 0;
    if (this.all + amount > this.most || held + amount > this.mostOfOne) {
      const { detail, retryAfterSeconds } = this.refused;
      throw new DomainError('overloaded', `${detail} Nothing was done.`, { retryAfterSeconds });
    }
    this.all += amount;
    this.byHolder.set(holder, held + amount);
  }

  giveBack(holder: string, amount = 1): void {
    this.all -= amount;
    const rest = (this.byHolder.get(holder) ?? 0) - amount;
    if (rest > 0) this.byHolder.set(holder, rest);
    else this.byHolder.delete(holder);
  }
}
