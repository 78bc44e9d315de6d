import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { type OperatorClient, type schema, unwrap } from '@coordinator-registry/client';
import type { Context } from '../context.js';
import { itemsOf, operatorId, workspaceIds } from '../lookup.js';
import { given, instant, instantOrNone, limitOption, networksOf, orNull } from '../options.js';
import { showOnce } from '../output/key-file.js';

const ROLES = ['ADMIN', 'OPERATOR', 'AUDITOR'] as const satisfies readonly schema.OperatorRole[];
const OPERATOR = ['<operator>', 'its name or id'] as const;

export function operatorsCommand(context: Context): CommandUnknownOpts {
  const group = new Command('operators').description('people and programs that administer the registry');

  group
    .command('list')
    .description('list operators')
    .option('--search <text>', 'only those whose name begins with this text')
    .addOption(new Option('--role <role>', 'only those with this role').choices(ROLES))
    .addOption(limitOption())
    .action(async ({ search, role, limit }) => {
      const operator = await context.operator();
      const query = given({ search, role });
      await context.output.list(
        itemsOf(limit, (page) =>
          unwrap(operator.GET('/admin/operators', { params: { query: { ...query, ...page } } })),
        ),
        ['id', 'name', 'role', 'kid', 'keyExpiresAt', 'lastUsedAt'],
        { limit, none: 'No operators.' },
      );
    });

  group
    .command('show')
    .description('show an operator')
    .argument(...OPERATOR)
    .action(async (which) => {
      const operator = await context.operator();
      const path = { id: await operatorId(operator, which) };
      context.output.item(await unwrap(operator.GET('/admin/operators/{id}', { params: { path } })));
    });

  group
    .command('create')
    .description('create an operator, and show the access key once')
    .requiredOption('--name <name>', 'a unique name')
    .addOption(new Option('--role <role>', 'what the operator may do').choices(ROLES).makeOptionMandatory())
    .addOption(workspaceOption())
    .option('--key-expires <time>', 'when the key expires; default: never', instant)
    .addOption(networkOption())
    .option('--key-file <file>', 'write the key to this new file, and do not show it')
    .action(async ({ name, role, workspace, keyExpires, network, keyFile }) => {
      const operator = await context.operator();
      const body = {
        name,
        role,
        ...(await scopeOf(operator, workspace)),
        ...given({ keyExpiresAt: keyExpires, allowedNetworks: networksOf(network) }),
      };
      await showOnce(
        context.output,
        keyFile,
        () => unwrap(operator.POST('/admin/operators', { body })),
        ({ accessKey }) => ['accessKey', accessKey],
      );
    });

  group
    .command('update')
    .description('change an operator; what is not given stays as it is')
    .argument(...OPERATOR)
    .option('--name <name>', 'a unique name')
    .addOption(new Option('--role <role>', 'what the operator may do').choices(ROLES))
    .addOption(workspaceOption())
    .option('--key-expires <time>', 'when the current key expires; none: never', instantOrNone)
    .addOption(networkOption())
    .action(async (which, { name, role, workspace, keyExpires, network }) => {
      const operator = await context.operator();
      const path = { id: await operatorId(operator, which) };
      const body = {
        ...given({ name, role, keyExpiresAt: orNull(keyExpires), allowedNetworks: networksOf(network) }),
        ...(await scopeOf(operator, workspace)),
      };
      context.output.item(await unwrap(operator.PATCH('/admin/operators/{id}', { params: { path }, body })));
    });

  group
    .command('rotate')
    .description('replace the access key of an operator, and show the new one once')
    .argument(...OPERATOR)
    .option('--key-file <file>', 'write the key to this new file, and do not show it')
    .action(async (which, { keyFile }) => {
      const operator = await context.operator();
      const path = { id: await operatorId(operator, which) };
      await context.confirm(`The old access key of ${which} will be refused at once.`);
      await showOnce(
        context.output,
        keyFile,
        () => unwrap(operator.POST('/admin/operators/{id}/rotate', { params: { path } })),
        ({ accessKey }) => ['accessKey', accessKey],
      );
    });

  group
    .command('delete')
    .description('delete an operator; this cannot be undone')
    .argument(...OPERATOR)
    .action(async (which) => {
      const operator = await context.operator();
      const path = { id: await operatorId(operator, which) };
      await context.confirm(`${which} will be gone for good, with its access key and its sessions.`);
      await unwrap(operator.DELETE('/admin/operators/{id}', { params: { path } }));
      context.output.done(`${which} is deleted.`);
    });

  return group;
}

function workspaceOption() {
  return new Option(
    '--workspace <workspace...>',
    'the workspaces of an OPERATOR or AUDITOR, as a whole set; all: every workspace',
  );
}

function networkOption() {
  return new Option(
    '--network <network...>',
    'networks from which the key is accepted, as a whole set; none: any',
  );
}

/** `all` alone is null in the API. */
async function scopeOf(operator: OperatorClient, workspaces: string[] | undefined) {
  if (workspaces === undefined) return {};
  const isAll = workspaces.length === 1 && workspaces[0] === 'all';
  return { workspaceIds: isAll ? null : await workspaceIds(operator, workspaces) };
}
