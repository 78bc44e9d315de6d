import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { unwrap } from '@coordinator-registry/client';
import type { Context } from '../context.js';
import { coordinatorId, itemsOf } from '../lookup.js';
import { given, limitOption, wholeNumber } from '../options.js';
import { showOnce } from '../output/key-file.js';

const COORDINATOR = ['<coordinator>', 'its name or id'] as const;
const WEBHOOK = ['<webhook>', 'its id'] as const;

export function webhooksCommand(context: Context): CommandUnknownOpts {
  const group = new Command('webhooks').description('webhooks, through which a forge starts jobs');

  group
    .command('list')
    .description('list the webhooks of a coordinator')
    .argument(...COORDINATOR)
    .addOption(limitOption())
    .action(async (which, { limit }) => {
      const operator = await context.operator();
      const path = { id: await coordinatorId(operator, which) };
      await context.output.list(
        itemsOf(limit, (query) =>
          unwrap(operator.GET('/admin/coordinators/{id}/webhooks', { params: { path, query } })),
        ),
        ['id', 'name', 'state', 'createdAt', 'expiresAt', 'path'],
        { limit, none: 'No webhooks.' },
      );
    });

  group
    .command('create')
    .description('create a webhook, and show its secret once')
    .argument(...COORDINATOR)
    .option('--name <name>', 'a name, to tell webhooks apart')
    .option('--secret-file <file>', 'write the secret to this new file, and do not show it')
    .action(async (which, { name, secretFile }) => {
      const operator = await context.operator();
      const path = { id: await coordinatorId(operator, which) };
      const body = given({ name });
      await showOnce(
        context.output,
        secretFile,
        () => unwrap(operator.POST('/admin/coordinators/{id}/webhooks', { params: { path }, body })),
        ({ secret }) => ['secret', secret],
      );
    });

  group
    .command('rotate')
    .description('replace a webhook by a new one, and show its secret once')
    .argument(...COORDINATOR)
    .argument(...WEBHOOK)
    .option('--overlap-seconds <number>', 'how long the old webhook is still accepted', wholeNumber)
    .option('--secret-file <file>', 'write the secret to this new file, and do not show it')
    .action(async (which, webhookId, { overlapSeconds, secretFile }) => {
      const operator = await context.operator();
      const path = { id: await coordinatorId(operator, which), webhookId };
      const body = given({ overlapSeconds });
      if (overlapSeconds === 0) await context.confirm('The old webhook will be refused at once.');
      await showOnce(
        context.output,
        secretFile,
        () =>
          unwrap(
            operator.POST('/admin/coordinators/{id}/webhooks/{webhookId}/rotate', {
              params: { path },
              body,
            }),
          ),
        ({ secret }) => ['secret', secret],
      );
    });

  group
    .command('revoke')
    .description('revoke a webhook; this cannot be undone')
    .argument(...COORDINATOR)
    .argument(...WEBHOOK)
    .action(async (which, webhookId) => {
      const operator = await context.operator();
      const path = { id: await coordinatorId(operator, which), webhookId };
      await context.confirm(`Deliveries of the webhook ${webhookId} will be refused at once.`);
      await unwrap(operator.DELETE('/admin/coordinators/{id}/webhooks/{webhookId}', { params: { path } }));
      context.output.done(`The webhook ${webhookId} is revoked.`);
    });

  return group;
}
