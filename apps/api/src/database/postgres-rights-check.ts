import { Injectable } from '@nestjs/common';
import type { Caller } from '../common/access/caller.js';
import { RightsCheck } from '../common/access/rights-check.js';
import { assertAllowed, onBehalfOf } from './audited-statement.js';
import { PrismaService } from './prisma.service.js';

@Injectable()
export class PostgresRightsCheck extends RightsCheck {
  constructor(private readonly prisma: PrismaService) {
    super();
  }

  override async assertAllowed(caller: Caller): Promise<void> {
    const [row] = await this.prisma.$queryRaw<{ refusal: string | null }[]>`
      WITH ${onBehalfOf(caller)} SELECT refusal FROM caller`;
    assertAllowed(row);
  }
}
