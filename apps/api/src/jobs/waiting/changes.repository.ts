import { Injectable } from '@nestjs/common';
import { PrismaService } from '../../database/prisma.service.js';
import { changesStatement } from './changes.statement.js';
import type { Watched } from './watched.js';

/** Which waiting requests would get another answer now, as indexes into {@link Watched}. */
export interface Changes {
  /** the job has another rev, or the caller may not read it any more */
  reads: number[];
  /** the first job to claim; null if the claim would be refused */
  claims: { at: number; jobId: string | null }[];
  /** the Idempotency-Key has been used */
  repeats: number[];
}

interface Row {
  kind: 'read' | 'claim' | 'repeat';
  at: number;
  job_id: string | null;
}

/** Looks for what requests wait for. */
@Injectable()
export class ChangesRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** Decides only whom to wake. The statement of the woken request decides its rights and its answer. */
  async among(watched: Watched): Promise<Changes> {
    const rows = await this.prisma.rows<Row>(changesStatement(watched));
    const of = (kind: Row['kind']) => rows.filter((row) => row.kind === kind);
    return {
      reads: of('read').map(({ at }) => at),
      claims: of('claim').map(({ at, job_id: jobId }) => ({ at, jobId })),
      repeats: of('repeat').map(({ at }) => at),
    };
  }
}
