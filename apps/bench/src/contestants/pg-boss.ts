import { Controller, HttpCode, Inject, Param, Post } from '@nestjs/common';
import PgBoss from 'pg-boss';
import { type Contestant, SESSIONS } from './contestant.js';
import { plainApplication } from './plain-application.js';

export const QUEUE = 'bench';

const BOSS = Symbol('BOSS');

@Controller('coordinator/jobs')
class JobsController {
  constructor(@Inject(BOSS) private readonly boss: PgBoss) {}

  @Post(':id/complete')
  @HttpCode(200)
  async complete(@Param('id') id: string): Promise<{ id: string }> {
    await this.boss.complete(QUEUE, id, { approved: true });
    return { id };
  }
}

/** pg-boss completes a job, with no key, no checks and no audit record. */
const pgBoss: Contestant = async ({ databaseUrl }) => {
  const boss = new PgBoss({
    connectionString: databaseUrl,
    max: SESSIONS,
    supervise: false,
    schedule: false,
  });
  await boss.start();
  return await plainApplication(JobsController, [{ provide: BOSS, useValue: boss }]);
};
export default pgBoss;
