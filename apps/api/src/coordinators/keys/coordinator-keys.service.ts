import { Injectable } from '@nestjs/common';
import type { Caller } from '../../common/access/caller.js';
import { type Page, readPage } from '../../common/pagination/page.js';
import type { PageQuery } from '../../common/pagination/page.query.js';
import { RightsDrain } from '../../database/rights-drain.js';
import { KeyIssuer } from '../../keys/key-issuer.js';
import { CoordinatorIdentities } from '../authentication/coordinator-identities.js';
import type { CoordinatorKey, FoundKey, IssuedKey, RotatedKey } from '../coordinator-key.js';
import { CoordinatorKeysRepository } from './coordinator-keys.repository.js';
import type { IssueKeyRequest, KeysQuery, RotateKeyRequest } from './dto/coordinator-key.requests.js';

const DEFAULT_OVERLAP_SECONDS = 86_400;

@Injectable()
export class CoordinatorKeysService {
  constructor(
    private readonly keys: CoordinatorKeysRepository,
    private readonly identities: CoordinatorIdentities,
    private readonly issuer: KeyIssuer,
    private readonly drain: RightsDrain,
  ) {}

  async issue(
    caller: Caller,
    coordinatorId: string,
    { name, expiresAt }: IssueKeyRequest,
  ): Promise<IssuedKey> {
    const { text, stored } = await this.issuer.issueFor(caller, 'crk_');
    const key = await this.keys.issue(caller, coordinatorId, {
      ...stored,
      name: name ?? null,
      expiresAt: expiresAt ?? null,
    });
    return { key, apiKey: text };
  }

  find(caller: Caller, coordinatorId: string, keyId: string): Promise<CoordinatorKey> {
    return this.keys.find(caller, coordinatorId, keyId);
  }

  list(caller: Caller, coordinatorId: string, query: PageQuery): Promise<Page<CoordinatorKey>> {
    return readPage(query, (range) => this.keys.list(caller, coordinatorId, range));
  }

  /** The keys of all coordinators. */
  search(caller: Caller, query: KeysQuery): Promise<Page<FoundKey>> {
    return readPage(query, (range) => this.keys.search(caller, query, range));
  }

  /** Also for a coordinator that rotates its own key. */
  async rotate(
    caller: Caller,
    coordinatorId: string,
    keyId: string,
    { overlapSeconds = DEFAULT_OVERLAP_SECONDS, expiresAt }: RotateKeyRequest,
  ): Promise<RotatedKey> {
    const { text, stored } = await this.issuer.issueFor(caller, 'crk_');
    const { key, predecessor } = await this.keys.rotate(caller, coordinatorId, keyId, {
      ...stored,
      overlapSeconds,
      expiresAt: expiresAt ?? null,
    });
    this.identities.forget(coordinatorId);
    // Without an overlap the old key ends now. With an overlap it expires later, like any key.
    if (overlapSeconds === 0) {
      await this.drain.drain('The new key cannot be shown any more: revoke it, and issue another one.');
    }
    return { key, apiKey: text, predecessor };
  }

  /** Drains even if the key is already revoked: the first request may not have finished. */
  async revoke(caller: Caller, coordinatorId: string, keyId: string, chain: boolean): Promise<void> {
    await (chain
      ? this.keys.revokeChain(caller, coordinatorId, keyId)
      : this.keys.revoke(caller, coordinatorId, keyId));
    this.identities.forget(coordinatorId);
    await this.drain.drain();
  }
}
