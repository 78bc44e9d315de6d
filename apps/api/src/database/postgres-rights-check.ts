import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../common/access/caller.js';
import { RightsCheck } from '../common/access/rights-check.js';
import { assertAllowed, onBehalfOf } from './audited-statement.js';
import { PrismaService, RESERVED_PRISMA } from './prisma.service.js';

@Injectable()
export class PostgresRightsCheck extends RightsCheck {
  constructor(
    private readonly prisma: PrismaService,
    @Inject(RESERVED_PRISMA) private readonly reserved: PrismaService,
  ) {
    super();
  }

  override async assertAllowed(caller: Caller): Promise<void> {
    // Use the same pool as the operator's own statements, so that job traffic cannot make operators wait.
    const prisma = caller.kind === 'operator' ? this.reserved : this.prisma;
    const [row] = await prisma.$queryRaw<{ refusal: string | null }[]>`
      WITH ${onBehalfOf(caller)} SELECT refusal FROM caller`;
    assertAllowed(row);
  }
}
