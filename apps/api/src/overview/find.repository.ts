import { Injectable } from '@nestjs/common';
import type { Caller } from '../common/access/caller.js';
import { assertAllowed } from '../database/audited-statement.js';
import { PrismaService } from '../database/prisma.service.js';
import { findStatement } from './find.statement.js';
import type { Found, Recognised } from './found.js';

interface Row extends Omit<Found, 'kind'> {
  refusal: string | null;
  /** null in the only row: nothing was found */
  kind: Found['kind'] | null;
}

@Injectable()
export class FindRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** @throws DomainError the refusals of `assertAllowed` */
  async find(caller: Caller, recognised: Recognised): Promise<Found[]> {
    const rows = await this.prisma.rows<Row>(findStatement(caller, recognised));
    assertAllowed(rows[0]);
    return rows.flatMap(({ kind, id, title, subtitle, ended }) =>
      kind === null ? [] : [{ kind, id, title, subtitle, ended }],
    );
  }
}
