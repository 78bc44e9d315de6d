import { Injectable } from '@nestjs/common';
import type { Caller } from '../../common/access/caller.js';
import { AuditActorNotFoundError } from '../audit-log.errors.js';
import type { Erasure } from './erasure.schema.js';
import { ErasuresRepository } from './erasures.repository.js';

@Injectable()
export class ErasuresService {
  constructor(private readonly erasures: ErasuresRepository) {}

  /** @throws DomainError `not-found` */
  async erase(caller: Caller, actorId: string): Promise<Erasure> {
    const records = await this.erasures.erase(caller, actorId);
    if (records === undefined) throw new AuditActorNotFoundError();
    return { actorId, records };
  }
}
