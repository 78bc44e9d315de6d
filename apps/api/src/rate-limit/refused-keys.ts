import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Caller } from '../common/access/caller.js';
import { MINUTE_MS } from './sliding-window.js';

const MAX_KEYS = 10_000;

type Presented = Pick<Caller, 'kid' | 'sourceAddress'>;

/**
 * Keys that Postgres refused within the last minute, each with the address it came from. They have their own limit: an
 * attacker with a leaked and revoked key must not use up the limit of its coordinator. This class decides no rights.
 */
@Injectable()
export class RefusedKeys {
  private readonly recent = new LRUCache<string, true>({ max: MAX_KEYS, ttl: MINUTE_MS });

  add(caller: Presented): void {
    this.recent.set(nameOf(caller), true);
  }

  has(caller: Presented): boolean {
    return this.recent.size > 0 && this.recent.has(nameOf(caller));
  }
}

function nameOf({ kid, sourceAddress }: Presented): string {
  return `${kid} ${sourceAddress}`;
}
