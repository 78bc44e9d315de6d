import { Injectable } from '@nestjs/common';
import type { Caller } from '../common/access/caller.js';
import { InvalidRequestError } from '../common/problems/invalid-request.error.js';
import { FindRepository } from './find.repository.js';
import type { FoundItems } from './found.js';
import { holdsSecret, recognise } from './recognise.js';

@Injectable()
export class FindService {
  constructor(private readonly found: FindRepository) {}

  /** @throws DomainError `invalid-request` for a text with a whole key, and the refusals of `assertAllowed` */
  async find(caller: Caller, text: string): Promise<FoundItems> {
    if (holdsSecret(text)) {
      throw InvalidRequestError.of(
        'q',
        'q holds a key: a key belongs in no URL. Revoke it with POST /keys/revoke',
      );
    }
    return { items: await this.found.find(caller, recognise(text)) };
  }
}
