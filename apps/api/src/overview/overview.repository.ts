import { Injectable } from '@nestjs/common';
import type { Caller } from '../common/access/caller.js';
import { assertAllowed } from '../database/audited-statement.js';
import { PrismaService } from '../database/prisma.service.js';
import { attentionStatement } from './attention.statement.js';
import type { Attention } from './overview.js';

interface Row {
  refusal: string | null;
  is_admin: boolean;
  sees_all: boolean;
  as_of: Date;
  /** null in the only row: there is no line */
  kind: Attention['kind'] | null;
  severity: Attention['severity'];
  since: Date | null;
  count: number;
  subject_kind: Attention['subject']['kind'];
  subject_id: string | null;
  subject_name: string | null;
  values: Attention['values'];
}

type Line = Row & { kind: Attention['kind'] };

/** What the database knows of the overview. */
export interface Findings {
  asOf: Date;
  isAdmin: boolean;
  /** whether the caller may see what belongs to no workspace */
  seesAll: boolean;
  attention: Attention[];
}

@Injectable()
export class OverviewRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** @throws DomainError the refusals of `assertAllowed` */
  async find(caller: Caller): Promise<Findings> {
    const rows = await this.prisma.rows<Row>(attentionStatement(caller));
    const [first] = rows;
    assertAllowed(first);
    const attention = rows.filter(isLine).map(toAttention);
    return { asOf: first.as_of, isAdmin: first.is_admin, seesAll: first.sees_all, attention };
  }
}

function isLine(row: Row): row is Line {
  return row.kind !== null;
}

function toAttention(row: Line): Attention {
  return {
    kind: row.kind,
    severity: row.severity,
    since: row.since?.toISOString() ?? null,
    count: row.count,
    subject: { kind: row.subject_kind, id: row.subject_id, name: row.subject_name },
    values: row.values,
  };
}
