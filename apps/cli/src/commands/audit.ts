import { Command, type CommandUnknownOpts, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { AUDIT_ACTIONS } from '@coordinator-registry/api/audit-log/audit-actions.js';
import { everyItem, type OperatorClient, type schema, unwrap } from '@coordinator-registry/client';
import type { Context } from '../context.js';
import { exportLog, FORMATS } from '../export-log.js';
import { actorId, itemsOf, workspaceId } from '../lookup.js';
import { given, instant, limitOption } from '../options.js';
import { recordLine } from '../output/record-line.js';
import { saveNew } from '../output/save.js';
import { counted } from '../output/text.js';

const ACTOR_TYPES = [
  'COORDINATOR',
  'OPERATOR',
  'SYSTEM',
  'ANONYMOUS',
] as const satisfies readonly schema.AuditActorType[];
const OUTCOMES = ['SUCCESS', 'DENIED'] as const satisfies readonly schema.AuditOutcome[];

export function auditCommand(context: Context): CommandUnknownOpts {
  const group = new Command('audit').description('the audit log');

  filtered('query', 'list records, the newest first')
    .addOption(limitOption())
    .action(async ({ limit, ...options }) => {
      const operator = await context.operator();
      const query = await filterOf(operator, options);
      const records = itemsOf(limit, (page) =>
        unwrap(operator.GET('/audit-log', { params: { query: { ...query, ...page } } })),
      );
      await context.output.lines(records, recordLine, { limit, none: 'No records.' });
    });

  group
    .command('show')
    .description('show a record')
    .argument('<record>', 'its id')
    .action(async (id) => {
      const operator = await context.operator();
      context.output.item(await unwrap(operator.GET('/audit-log/{id}', { params: { path: { id } } })));
    });

  filtered('tail', 'show records as they are sealed, until it is interrupted')
    .option(
      '--after <position>',
      'go on after this position; latest: only what comes',
      position,
      'latest' as const,
    )
    .option('--no-follow', 'end with the newest sealed record')
    .action(async ({ after, follow, ...options }) => {
      const operator = await context.operator();
      const filter = await filterOf(operator, options);
      await context.output.follow(operator.feed({ after, follow, filter }), recordLine);
    });

  filtered('export', 'write the log to a file; without a filter it can be verified offline')
    .addOption(
      new Option('--format <format>', 'the format of the file').choices(FORMATS).default('ndjson' as const),
    )
    .requiredOption('--output <file>', 'a new file')
    .action(async ({ format, output, ...options }) => {
      const operator = await context.operator();
      const filter = await filterOf(operator, options);
      const records = await exportLog(operator, { ...filter, format }, output);
      context.output.line({ file: output, records }, `Saved ${counted(records, 'record')} in ${output}.`);
    });

  group
    .command('checkpoints')
    .description('write all checkpoints to a file, to verify an export that is made later')
    .requiredOption('--output <file>', 'a new file')
    .action(async ({ output }) => {
      const operator = await context.operator();
      const pages = everyItem((page) =>
        unwrap(operator.GET('/audit-log/checkpoints', { params: { query: { ...page, limit: 100 } } })),
      );
      let count = 0;
      await saveNew(output, async (write) => {
        for await (const checkpoint of pages) {
          await write(`${JSON.stringify(checkpoint)}\n`);
          count += 1;
        }
      });
      context.output.line(
        { file: output, checkpoints: count },
        `Saved ${counted(count, 'checkpoint')} in ${output}.`,
      );
    });

  group
    .command('public-key')
    .description('show the public key that signs checkpoints; compare it with the key that you have pinned')
    .action(async () => {
      const operator = await context.operator();
      const key = await unwrap(operator.GET('/audit-log/checkpoint-key'));
      context.output.line(key, key.verifierKey);
    });

  group
    .command('verify')
    .description('verify an export offline: it needs no server, no access key and no database')
    .requiredOption('--export <file>', 'made by audit export, without a filter')
    .requiredOption('--checkpoints <file>', 'made by audit checkpoints before the export, or kept elsewhere')
    .requiredOption('--public-key <file...>', 'the pinned public key, or several if the key was changed')
    .action(async ({ export: exported, checkpoints, publicKey }) => {
      const { verify } = await import('../verify.js');
      await verify(context.output, { exported, checkpoints, publicKeys: publicKey });
    });

  return group;

  /** A command with the filter of the log. */
  function filtered(name: string, description: string) {
    return group
      .command(name)
      .description(description)
      .option('--workspace <workspace>', 'only those of this workspace, by slug or id')
      .addOption(new Option('--action <action...>', 'only these actions').choices(AUDIT_ACTIONS))
      .addOption(new Option('--outcome <outcome>', 'only those with this outcome').choices(OUTCOMES))
      .addOption(new Option('--actor-type <type>', 'only those of such an actor').choices(ACTOR_TYPES))
      .option('--actor <actor>', 'only those of this coordinator or operator, by name or id')
      .option('--kid <kid>', 'only those of this key')
      .option('--resource <id>', 'only those about this job, key, coordinator and so on')
      .option('--request <id>', 'only those of the request with this X-Request-Id')
      .option('--reason <reason>', 'only refusals with this reason')
      .option('--source-ip <address>', 'only those from this address')
      .option('--from <time>', 'only those at this time or later', instant)
      .option('--to <time>', 'only those before this time', instant);
  }
}

interface Filter {
  workspace?: string | undefined;
  action?: (typeof AUDIT_ACTIONS)[number][] | undefined;
  outcome?: schema.AuditOutcome | undefined;
  actorType?: schema.AuditActorType | undefined;
  actor?: string | undefined;
  kid?: string | undefined;
  resource?: string | undefined;
  request?: string | undefined;
  reason?: string | undefined;
  sourceIp?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

async function filterOf(operator: OperatorClient, { workspace, actor, resource, request, ...rest }: Filter) {
  return given({
    ...rest,
    actorId: actor === undefined ? undefined : await actorId(operator, actor),
    resourceId: resource,
    requestId: request,
    workspaceId: workspace === undefined ? undefined : await workspaceId(operator, workspace),
  });
}

/** @throws InvalidArgumentError for anything but a position or `latest` */
function position(text: string): number | 'latest' {
  if (text === 'latest') return text;
  if (!/^(-1|\d{1,15})$/.test(text)) throw new InvalidArgumentError('It must be a position, -1, or latest.');
  return Number(text);
}
