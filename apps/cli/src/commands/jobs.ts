import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { everyItem, hasCode, type OperatorClient, unwrap } from '@coordinator-registry/client';
import type { Context } from '../context.js';
import { PartlyFailedError, UsageError } from '../exit-codes.js';
import { followJob } from '../follow-job.js';
import { coordinatorId, itemsOf, workspaceId } from '../lookup.js';
import { given, instant, isId, JOB_STATUSES, limitOption, wholeNumber } from '../options.js';
import { recordLine } from '../output/record-line.js';
import { counted } from '../output/text.js';

const JOB = ['<job>', 'its id'] as const;
const REASON = ['--reason <text>', 'why, for the audit log'] as const;
/** Of an active job. */
const ACTIVE = ['PENDING', 'RUNNING'] as const;

export function jobsCommand(context: Context): CommandUnknownOpts {
  const group = new Command('jobs').description('jobs of coordinators');

  group
    .command('list')
    .description('list jobs, the newest first')
    .option('--workspace <workspace>', 'only those of this workspace, by slug or id')
    .addOption(new Option('--status <status...>', 'only those with one of these').choices(JOB_STATUSES))
    .option('--type <type>', 'only those of this type')
    .option('--coordinator <coordinator>', 'only those that it works on, or worked on last')
    .option('--repository <repository>', 'only those of this repository, owner/repo')
    .option('--issue <number>', 'only those of this issue', wholeNumber)
    .option('--created-after <time>', 'only those that were created at this time or later', instant)
    .option('--created-before <time>', 'only those that were created before this time', instant)
    .addOption(limitOption())
    .action(async ({ limit, status, ...options }) => {
      const operator = await context.operator();
      const query = { ...(await filterOf(operator, options)), ...given({ status }) };
      await context.output.list(
        itemsOf(limit, (page) => unwrap(operator.GET('/jobs', { params: { query: { ...query, ...page } } }))),
        ['id', 'type', 'status', 'attempt', 'progressPercent', 'updatedAt'],
        { limit, none: 'No jobs.' },
      );
    });

  group
    .command('show')
    .description('show a job')
    .argument(...JOB)
    .action(async (id) => {
      const operator = await context.operator();
      context.output.item(await unwrap(operator.GET('/jobs/{id}', { params: { path: { id } } })));
    });

  group
    .command('attempts')
    .description('list the attempts of a job')
    .argument(...JOB)
    .action(async (id) => {
      const operator = await context.operator();
      const path = { id };
      await context.output.list(
        everyItem((query) => unwrap(operator.GET('/jobs/{id}/attempts', { params: { path, query } }))),
        ['attempt', 'status', 'agentId', 'progressPercent', 'durationSeconds', 'error'],
        { limit: Number.POSITIVE_INFINITY, none: 'No attempts.' },
      );
    });

  group
    .command('cancel')
    .description('cancel jobs; this cannot be undone')
    .argument('<job...>', 'their ids')
    .requiredOption(...REASON)
    .action(async (ids, { reason }) => {
      const wrong = ids.find((id) => !isId(id));
      if (wrong !== undefined) throw new UsageError(`${wrong} is no id of a job. Nothing was changed.`);
      const operator = await context.operator();
      await context.confirm(`${counted(ids.length, 'job')} will be cancelled for good.`);
      await inTurn(ids, async (id) => {
        const job = await unwrap(
          operator.POST('/jobs/{id}/cancel', { params: { path: { id } }, body: { reason } }),
        );
        context.output.line(job, `${id} is ${job.status}.`);
      });
    });

  group
    .command('cancel-all')
    .description('cancel all jobs that match, after saying how many they are; this cannot be undone')
    .requiredOption('--workspace <workspace>', 'only those of this workspace, by slug or id')
    .addOption(new Option('--status <status...>', 'only those with one of these').choices(ACTIVE))
    .option('--type <type>', 'only those of this type')
    .option('--coordinator <coordinator>', 'only those that it works on, or worked on last')
    .option('--repository <repository>', 'only those of this repository, owner/repo')
    .option('--issue <number>', 'only those of this issue', wholeNumber)
    .option('--created-after <time>', 'only those that were created at this time or later', instant)
    .option('--created-before <time>', 'only those that were created before this time', instant)
    .requiredOption(...REASON)
    .action(async ({ reason, status = [...ACTIVE], workspace, ...options }) => {
      const operator = await context.operator();
      const filter = {
        ...(await filterOf(operator, options)),
        workspaceId: await workspaceId(operator, workspace),
        status,
      };
      const { byStatus, capped } = await unwrap(operator.GET('/jobs/count', { params: { query: filter } }));
      const matching = byStatus.PENDING + byStatus.RUNNING;
      if (matching === 0) {
        context.output.line({ cancelled: 0 }, 'No job matches. Nothing was cancelled.');
        return;
      }
      await context.confirm(
        `${capped ? 'At least ' : ''}${counted(matching, 'job')}, ${byStatus.RUNNING} RUNNING, will be cancelled for good.`,
      );
      const body = { ...filter, reason };
      let cancelled = 0;
      for (let more = true; more; ) {
        const part = await unwrap(operator.POST('/jobs/cancel', { body }));
        cancelled += part.cancelled;
        more = part.more;
        if (more) context.output.say(`Cancelled so far: ${counted(cancelled, 'job')}.`);
      }
      context.output.line({ cancelled }, `Cancelled: ${counted(cancelled, 'job')}.`);
    });

  group
    .command('retry')
    .description('let a FAILED job have another attempt')
    .argument(...JOB)
    .requiredOption(...REASON)
    .action(async (id, { reason }) => {
      const operator = await context.operator();
      const job = await unwrap(
        operator.POST('/jobs/{id}/retry', { params: { path: { id } }, body: { reason } }),
      );
      context.output.line(job, `${id} is ${job.status}.`);
    });

  group
    .command('follow')
    .description('show what happened to a job, and what happens until it ends')
    .argument(...JOB)
    .action(async (id) => {
      const operator = await context.operator();
      try {
        await context.output.follow(followJob(operator, id), recordLine);
      } catch (error) {
        if (!hasCode(error, 'permission-missing')) throw error;
        throw new Error('This needs the permission audit:read: a job is followed in the audit log.', {
          cause: error,
        });
      }
    });

  return group;
}

/** @throws PartlyFailedError after all were tried */
async function inTurn(ids: readonly string[], change: (id: string) => Promise<void>): Promise<void> {
  const errors: [id: string, error: unknown][] = [];
  for (const id of ids) await change(id).catch((error: unknown) => errors.push([id, error]));
  if (errors.length === 0) return;
  throw new PartlyFailedError(errors);
}

interface Filter {
  workspace?: string | undefined;
  coordinator?: string | undefined;
  type?: string | undefined;
  repository?: string | undefined;
  issue?: number | undefined;
  createdAfter?: string | undefined;
  createdBefore?: string | undefined;
}

async function filterOf(operator: OperatorClient, { workspace, coordinator, issue, ...rest }: Filter) {
  return given({
    ...rest,
    issueNumber: issue,
    workspaceId: workspace === undefined ? undefined : await workspaceId(operator, workspace),
    coordinatorId: coordinator === undefined ? undefined : await coordinatorId(operator, coordinator),
  });
}
