import type { CoordinatorKey } from '../../src/coordinators/coordinator-key.js';
import type { Job } from '../../src/jobs/job.js';
import type { HeldKey, Request } from './balancer.js';
import type { Member } from './population.js';
import { type Load, pause } from './traffic.js';

const EVERY_MS = 500;
/** How many requests use a key while it ends, and again after that. */
const MISUSES = 4;
const OVERLAP_SECONDS = 3_600;

interface Issued {
  key: CoordinatorKey;
  apiKey: string;
}

export interface Turnover extends Load {
  members: readonly Member[];
  admins: readonly string[];
  /** the clock of the database */
  now(): Promise<string>;
}

/**
 * Replaces the keys of coordinators at work, in each way that the API has. Someone else has the old key and uses it all the time:
 * before it ends, while it ends, and after the answer that it has ended.
 */
export async function turnKeysOver(turnover: Turnover): Promise<void> {
  let turn = 0;
  while (await pause(EVERY_MS, turnover)) {
    const member = turnover.members[Math.floor(Math.random() * turnover.members.length)];
    if (member === undefined) continue;
    const admin = turnover.admins[turn % turnover.admins.length] ?? '';
    await new KeyChange(turnover, member, admin).replace(turn % 4);
    turn += 1;
  }
}

class KeyChange {
  private readonly old: HeldKey;
  private readonly keys: string;

  constructor(
    private readonly turnover: Turnover,
    private readonly member: Member,
    private readonly admin: string,
  ) {
    this.old = member.key;
    this.keys = `/admin/coordinators/${member.id}/keys`;
  }

  async replace(way: number): Promise<void> {
    const { keys, old, member, admin } = this;
    const rotate = `${keys}/${old.id}/rotate`;
    const overlap = { overlapSeconds: OVERLAP_SECONDS };
    if (way === 0) {
      if (await this.take('rotate', admin, rotate, overlap)) await this.end(() => this.revoke());
    } else if (way === 1) {
      await this.end(() => this.take('rotate at once', admin, rotate, { overlapSeconds: 0 }));
    } else if (way === 2 && member.canRotate) {
      const path = '/coordinator/keys/rotate';
      if (await this.take('rotate own key', old, path, overlap)) await this.end(() => this.reportLeak());
    } else if (await this.take('issue', admin, keys, {})) {
      await this.end(() => this.revoke());
    }
  }

  /** The coordinator goes on with a new key. @returns whether it got one */
  private async take(kind: string, key: HeldKey | string, path: string, body: object): Promise<boolean> {
    const { balancer, ledger } = this.turnover;
    const request = { method: 'POST', path, key, body };
    const { requestId, status, body: issued } = await balancer.send<Issued>(kind, [201], request);
    if (status !== 201) return false;
    ledger.keyChanges.push({ requestId, action: 'coordinator-key.issued', keyId: issued.key.id });
    if (kind !== 'issue')
      ledger.keyChanges.push({ requestId, action: 'coordinator-key.rotated', keyId: this.old.id });
    this.member.key = { id: issued.key.id, text: issued.apiKey, state: 'live' };
    return true;
  }

  private revoke(): Promise<boolean> {
    return this.revokeBy('revoke', {
      method: 'DELETE',
      path: `${this.keys}/${this.old.id}`,
      key: this.admin,
    });
  }

  private reportLeak(): Promise<boolean> {
    return this.revokeBy('report a leak', {
      method: 'POST',
      path: '/keys/revoke',
      body: { key: this.old.text },
    });
  }

  private async revokeBy(kind: string, request: Request): Promise<boolean> {
    const { requestId, status } = await this.turnover.balancer.send(kind, [204], request);
    if (status !== 204) return false;
    const action = 'coordinator-key.revoked';
    this.turnover.ledger.keyChanges.push({ requestId, action, keyId: this.old.id });
    return true;
  }

  /** @param how returns whether the answer says that the key has ended */
  private async end(how: () => Promise<boolean>): Promise<void> {
    this.old.state = 'ending';
    const before = this.misuse();
    if (await how()) {
      this.old.state = 'ended';
      const after = this.misuse();
      this.turnover.ledger.endedKeys.push({ keyId: this.old.id, at: await this.turnover.now() });
      await after;
    }
    await before;
  }

  private async misuse(): Promise<void> {
    const { balancer, ledger } = this.turnover;
    const body = { workspaceId: this.member.workspaceIds[0], type: 'stolen', priority: 0 };
    await Promise.all(
      Array.from({ length: MISUSES }, async (_, at) => {
        const request = { method: 'POST', path: '/coordinator/jobs', key: this.old, body, replica: at % 2 };
        const { requestId, status, body: job } = await balancer.send<Job>('misuse of a key', [201], request);
        if (status === 201) ledger.changed(requestId, this.old.id, 'job.created', job);
      }),
    );
  }
}
