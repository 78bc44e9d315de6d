import { Injectable } from '@nestjs/common';
import type { Caller } from '../../common/access/caller.js';
import { afterStored } from '../../database/database-errors.js';
import { AuditActorNotFoundError } from '../audit-log.errors.js';
import type { Erasure } from './erasure.schema.js';
import { ErasuresRepository } from './erasures.repository.js';

@Injectable()
export class ErasuresService {
  constructor(private readonly erasures: ErasuresRepository) {}

  /**
   * Erases in parts and records each part. If a part fails, the earlier parts stay erased, and the next call continues.
   *
   * @throws DomainError `not-found`
   */
  async erase(caller: Caller, actorId: string): Promise<Erasure> {
    for (let [records, after]: [number, string | null] = [0, null]; ; ) {
      const part = await this.erasePart(caller, actorId, after);
      if (part === undefined) throw new AuditActorNotFoundError();
      records += part.erased;
      if (part.reached === null) return { actorId, records };
      after = part.reached;
    }
  }

  private async erasePart(caller: Caller, actorId: string, after: string | null) {
    try {
      return await this.erasures.erasePart(caller, actorId, after);
    } catch (error) {
      if (after === null) throw error;
      throw afterStored(error, 'A part of the records is erased. Send it again to erase the rest.');
    }
  }
}
