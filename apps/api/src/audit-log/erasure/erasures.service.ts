import { Injectable } from '@nestjs/common';
import type { Caller } from '../../common/access/caller.js';
import { AuditActorNotFoundError } from '../audit-log.errors.js';
import type { Erasure } from './erasure.schema.js';
import { ERASED_AT_ONCE, ErasuresRepository } from './erasures.repository.js';

@Injectable()
export class ErasuresService {
  constructor(private readonly erasures: ErasuresRepository) {}

  /** In parts, each of which is recorded: if one fails, those before it stand, and the next call goes on. @throws DomainError `not-found` */
  async erase(caller: Caller, actorId: string): Promise<Erasure> {
    for (let records = 0; ; ) {
      const erased = await this.erasures.erasePart(caller, actorId);
      if (erased === undefined) throw new AuditActorNotFoundError();
      records += erased;
      if (erased < ERASED_AT_ONCE) return { actorId, records };
    }
  }
}
