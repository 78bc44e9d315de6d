import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { hasCode, unwrap } from '@coordinator-registry/client';
import type { Context } from '../context.js';
import { itemsOf, workspaceId } from '../lookup.js';
import { given, limitOption, orNull, wholeNumberOrNone } from '../options.js';

const WORKSPACE = ['<workspace>', 'its slug or id'] as const;

export function workspacesCommand(context: Context): CommandUnknownOpts {
  const group = new Command('workspaces').description('tenants, to which jobs belong');

  group
    .command('list')
    .description('list the workspaces that you may see')
    .option('--search <text>', 'only those whose slug or name begins with this text')
    .addOption(limitOption())
    .action(async ({ search, limit }) => {
      const operator = await context.operator();
      const query = given({ search });
      await context.output.list(
        itemsOf(limit, (page) =>
          unwrap(operator.GET('/workspaces', { params: { query: { ...query, ...page } } })),
        ),
        ['id', 'slug', 'name', 'running', 'pending', 'maxRunning'],
        { limit, none: 'No workspaces.' },
      );
    });

  group
    .command('show')
    .description('show a workspace')
    .argument(...WORKSPACE)
    .action(async (which) => {
      const operator = await context.operator();
      const path = { id: await workspaceId(operator, which) };
      try {
        context.output.item(await unwrap(operator.GET('/admin/workspaces/{id}', { params: { path } })));
      } catch (error) {
        if (!hasCode(error, 'permission-missing')) throw error;
        // What an OPERATOR or AUDITOR may see of it.
        const query = { ids: [path.id] };
        const { items } = await unwrap(operator.GET('/workspaces', { params: { query } }));
        for (const item of items) context.output.item(item);
      }
    });

  group
    .command('create')
    .description('create a workspace')
    .requiredOption('--slug <slug>', 'a unique short name')
    .requiredOption('--name <name>', 'a name')
    .option('--id <id>', "the platform's own id of the tenant; default: a new one")
    .option('--repository <repository...>', 'its repositories, owner/repo')
    .addOption(maxRunningOption())
    .action(async ({ slug, name, id, repository, maxRunning }) => {
      const operator = await context.operator();
      const body = { slug, name, ...given({ id, repositories: repository, maxRunning: orNull(maxRunning) }) };
      context.output.item(await unwrap(operator.POST('/admin/workspaces', { body })));
    });

  group
    .command('update')
    .description('change a workspace; what is not given stays as it is')
    .argument(...WORKSPACE)
    .option('--slug <slug>', 'a unique short name')
    .option('--name <name>', 'a name')
    .option('--repository <repository...>', 'its repositories, as a whole set; none: no repository')
    .addOption(maxRunningOption())
    .action(async (which, { slug, name, repository, maxRunning }) => {
      const operator = await context.operator();
      const path = { id: await workspaceId(operator, which) };
      const repositories = repository?.length === 1 && repository[0] === 'none' ? [] : repository;
      const body = given({ slug, name, repositories, maxRunning: orNull(maxRunning) });
      context.output.item(await unwrap(operator.PATCH('/admin/workspaces/{id}', { params: { path }, body })));
    });

  return group;
}

function maxRunningOption() {
  return new Option(
    '--max-running <number>',
    'how many of its jobs may be RUNNING at the same time; none: any number',
  ).argParser(wholeNumberOrNone);
}
