import { PrismaClient } from '@coordinator-registry/api/generated/prisma/client.js';
import { Body, ConflictException, Controller, Inject, NotFoundException, Param, Patch } from '@nestjs/common';
import { PrismaPg } from '@prisma/adapter-pg';
import { type Contestant, SESSIONS } from './contestant.js';
import { plainApplication } from './plain-application.js';

interface Progress {
  progressPercent: number;
  currentStep: string;
  tokensUsed: number;
  attempt: number;
}

const PRISMA = Symbol('PRISMA');

@Controller('coordinator/jobs')
class JobsController {
  constructor(@Inject(PRISMA) private readonly prisma: PrismaClient) {}

  @Patch(':id/progress')
  progress(@Param('id') id: string, @Body() body: Progress) {
    return this.prisma.$transaction(async (transaction) => {
      const job = await transaction.job.findUnique({ where: { id } });
      if (job === null) throw new NotFoundException();
      if (job.status !== 'RUNNING' || job.attempt !== body.attempt) throw new ConflictException();
      const { progressPercent, currentStep } = body;
      const tokensUsed = BigInt(body.tokensUsed);
      const changed = await transaction.job.update({
        where: { id },
        data: { progressPercent, currentStep, tokensUsed, rev: { increment: 1 }, updatedAt: new Date() },
      });
      await transaction.auditRecord.create({
        data: {
          id: crypto.randomUUID(),
          occurredAt: new Date(),
          actorType: 'COORDINATOR',
          actorId: changed.createdBy,
          actorName: 'bench',
          action: 'job.progressed',
          outcome: 'SUCCESS',
          workspaceId: changed.workspaceId,
          resourceType: 'job',
          resourceId: id,
          rev: changed.rev,
          changes: {
            progressPercent: { from: job.progressPercent, to: progressPercent },
            tokensUsed: { from: Number(job.tokensUsed), to: body.tokensUsed },
          },
        },
      });
      return { ...changed, tokensUsed: Number(changed.tokensUsed) };
    });
  }
}

/**
 * The change as in Prisma's own guide: an interactive transaction that reads, checks, updates and adds the audit row. It uses a
 * copy of the registry's database without audit triggers, and needs no key.
 */
const prismaTransaction: Contestant = ({ databaseUrl }) => {
  const adapter = new PrismaPg({ connectionString: databaseUrl, max: SESSIONS });
  return plainApplication(JobsController, [{ provide: PRISMA, useValue: new PrismaClient({ adapter }) }]);
};
export default prismaTransaction;
