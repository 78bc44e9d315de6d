import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { type schema, unwrap } from '@coordinator-registry/client';
import type { Context } from '../context.js';
import { coordinatorId, itemsOf, workspaceIds } from '../lookup.js';
import {
  given,
  instant,
  limitOption,
  networksOf,
  orNull,
  wholeNumber,
  wholeNumberOrNone,
} from '../options.js';
import { showOnce } from '../output/key-file.js';

const PERMISSIONS = [
  'jobs:read',
  'jobs:write',
  'stitcher:dispatch',
  'keys:rotate',
] as const satisfies readonly schema.CoordinatorPermission[];

const COORDINATOR = ['<coordinator>', 'its name or id'] as const;

export function coordinatorsCommand(context: Context): CommandUnknownOpts {
  const group = new Command('coordinators').description('services that work on jobs');

  group
    .command('list')
    .description('list coordinators')
    .option('--search <text>', 'only those whose name begins with this text')
    .addOption(
      new Option('--status <status>', 'only those with this status').choices([
        'ACTIVE',
        'SUSPENDED',
      ] as const),
    )
    .addOption(limitOption())
    .action(async ({ search, status, limit }) => {
      const operator = await context.operator();
      const query = given({ search, status });
      await context.output.list(
        itemsOf(limit, (page) =>
          unwrap(operator.GET('/admin/coordinators', { params: { query: { ...query, ...page } } })),
        ),
        ['id', 'name', 'status', 'running', 'liveKeys', 'nextKeyExpiresAt', 'lastUsedAt'],
        { limit, none: 'No coordinators.' },
      );
    });

  group
    .command('show')
    .description('show a coordinator')
    .argument(...COORDINATOR)
    .action(async (which) => {
      const operator = await context.operator();
      const path = { id: await coordinatorId(operator, which) };
      context.output.item(await unwrap(operator.GET('/admin/coordinators/{id}', { params: { path } })));
    });

  group
    .command('register')
    .description('register a coordinator, and show its first key once')
    .requiredOption('--name <name>', 'a unique name')
    .requiredOption('--workspace <workspace...>', 'the workspaces that it may use, by slug or id')
    .addOption(permissionOption())
    .addOption(rateLimitOption())
    .addOption(maxRunningOption())
    .addOption(networkOption())
    .option('--key-expires <time>', 'when its first key expires; default: never', instant)
    .option('--key-file <file>', 'write the key to this new file, and do not show it')
    .action(async ({ workspace, keyExpires, keyFile, ...options }) => {
      const operator = await context.operator();
      const body = {
        name: options.name,
        workspaceIds: await workspaceIds(operator, workspace),
        ...changesOf(options),
        ...given({ keyExpiresAt: keyExpires }),
      };
      await showOnce(
        context.output,
        keyFile,
        () => unwrap(operator.POST('/admin/coordinators', { body })),
        ({ apiKey }) => ['apiKey', apiKey],
      );
    });

  group
    .command('update')
    .description('change a coordinator; what is not given stays as it is')
    .argument(...COORDINATOR)
    .option('--name <name>', 'a unique name')
    .option('--workspace <workspace...>', 'the workspaces that it may use, as a whole set')
    .addOption(permissionOption())
    .addOption(rateLimitOption())
    .addOption(maxRunningOption())
    .addOption(networkOption())
    .action(async (which, { name, workspace, ...options }) => {
      const operator = await context.operator();
      const path = { id: await coordinatorId(operator, which) };
      const body = {
        ...given({ name }),
        ...(workspace !== undefined && { workspaceIds: await workspaceIds(operator, workspace) }),
        ...changesOf(options),
      };
      context.output.item(
        await unwrap(operator.PATCH('/admin/coordinators/{id}', { params: { path }, body })),
      );
    });

  group
    .command('suspend')
    .description('refuse every request of a coordinator')
    .argument(...COORDINATOR)
    .addOption(runsOption().default('leave' as const))
    .action(async (which, { runs }) => {
      const operator = await context.operator();
      const path = { id: await coordinatorId(operator, which) };
      await context.confirm(`Requests of ${which} will be refused at once. ${CONSEQUENCES[runs]}`);
      const body = { status: 'SUSPENDED', runs } as const;
      context.output.item(
        await unwrap(operator.PATCH('/admin/coordinators/{id}', { params: { path }, body })),
      );
    });

  group
    .command('resume')
    .description('serve the requests of a suspended coordinator again')
    .argument(...COORDINATOR)
    .action(async (which) => {
      const operator = await context.operator();
      const path = { id: await coordinatorId(operator, which) };
      const body = { status: 'ACTIVE' } as const;
      context.output.item(
        await unwrap(operator.PATCH('/admin/coordinators/{id}', { params: { path }, body })),
      );
    });

  group
    .command('delete')
    .description('delete a coordinator and revoke its keys; this cannot be undone')
    .argument(...COORDINATOR)
    .addOption(runsOption().default('requeue' as const))
    .action(async (which, { runs }) => {
      const operator = await context.operator();
      const path = { id: await coordinatorId(operator, which) };
      await context.confirm(`${which} and all its keys will be gone for good. ${CONSEQUENCES[runs]}`);
      await unwrap(operator.DELETE('/admin/coordinators/{id}', { params: { path, query: { runs } } }));
      context.output.done(`${which} is deleted.`);
    });

  return group;
}

const CONSEQUENCES = {
  leave: 'Its RUNNING jobs stay with it until their leases expire.',
  requeue: 'Its RUNNING jobs return to PENDING.',
  cancel: 'Its RUNNING jobs are cancelled.',
} as const;

function runsOption() {
  return new Option('--runs <what>', 'what happens to its RUNNING jobs').choices([
    'leave',
    'requeue',
    'cancel',
  ] as const);
}

function permissionOption() {
  return new Option('--permission <permission...>', 'what it may do, as a whole set').choices(PERMISSIONS);
}

function rateLimitOption() {
  return new Option('--rate-limit <number>', 'requests allowed within any minute').argParser(wholeNumber);
}

function maxRunningOption() {
  return new Option(
    '--max-running <number>',
    'how many jobs may be RUNNING at the same time; none: any number',
  ).argParser(wholeNumberOrNone);
}

function networkOption() {
  return new Option(
    '--network <network...>',
    'networks from which its keys are accepted, as a whole set; none: any',
  );
}

interface Settings {
  permission?: (typeof PERMISSIONS)[number][] | undefined;
  rateLimit?: number | undefined;
  maxRunning?: number | 'none' | undefined;
  network?: string[] | undefined;
}

function changesOf({ permission, rateLimit, maxRunning, network }: Settings) {
  return given({
    permissions: permission,
    rateLimitPerMinute: rateLimit,
    maxRunning: orNull(maxRunning),
    allowedNetworks: networksOf(network),
  });
}
