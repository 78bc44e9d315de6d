import type { Caller } from '../../common/access/caller.js';
import type { Idempotency } from '../job.js';

/** What a claim may get. Claims with the same scope wait together: each of them can take what another one can. */
export interface ClaimScope {
  /** null: every workspace that the caller may touch */
  workspaceIds: string[] | null;
  /** null: any */
  types: string[] | null;
}

/** What requests wait for. `at` and `caller` are indexes into these arrays, from 0. */
export class Watched {
  readonly callers: Caller[] = [];
  private readonly places = new Map<string, number>();
  readonly reads: { caller: number; jobId: string; rev: number }[] = [];
  readonly claims: (ClaimScope & { caller: number; at: number })[] = [];
  readonly repeats: { coordinatorId: string; route: string; key: string }[] = [];

  /** A read that knows this rev of the job. */
  read(caller: Caller, jobId: string, rev: number): void {
    this.reads.push({ caller: this.placeOf(caller), jobId, rev });
  }

  claim(caller: Caller, { workspaceIds, types }: ClaimScope): void {
    this.claims.push({ caller: this.placeOf(caller), at: this.claims.length, workspaceIds, types });
  }

  /** A claim with an `Idempotency-Key`. Another request with the same one may get the job, which then answers this one too. */
  repeat({ id }: Caller, { route, key }: Pick<Idempotency, 'route' | 'key'>): void {
    this.repeats.push({ coordinatorId: id, route, key });
  }

  /** Many requests have the same caller, and its rights are then decided once. */
  private placeOf(caller: Caller): number {
    const key = `${caller.kid} ${caller.permission} ${caller.sourceAddress}`;
    const known = this.places.get(key);
    if (known !== undefined) return known;
    this.places.set(key, this.callers.length);
    return this.callers.push(caller) - 1;
  }
}
