import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { unwrap } from '@coordinator-registry/client';
import type { Context } from '../context.js';
import { UsageError } from '../exit-codes.js';
import { coordinatorId, itemsOf, keyByKid } from '../lookup.js';
import { given, instant, limitOption, wholeNumber } from '../options.js';
import { showOnce } from '../output/key-file.js';
import { readSecret } from '../prompts.js';

const COORDINATOR = ['<coordinator>', 'its name or id'] as const;
const KID = ['<kid>', 'the public part of the key: crk_<kid>_…'] as const;
const COLUMNS = ['kid', 'name', 'state', 'createdAt', 'expiresAt', 'lastUsedAt'] as const;

export function keysCommand(context: Context): CommandUnknownOpts {
  const group = new Command('keys').description('keys of coordinators');

  group
    .command('list')
    .description('list the keys of a coordinator')
    .argument(...COORDINATOR)
    .addOption(limitOption())
    .action(async (which, { limit }) => {
      const operator = await context.operator();
      const path = { id: await coordinatorId(operator, which) };
      await context.output.list(
        itemsOf(limit, (query) =>
          unwrap(operator.GET('/admin/coordinators/{id}/keys', { params: { path, query } })),
        ),
        COLUMNS,
        { limit, none: 'No keys.' },
      );
    });

  group
    .command('find')
    .description('find keys of all coordinators')
    .option('--kid <kid>', 'the public part of the key')
    .addOption(
      new Option('--state <state>', 'only those in this state').choices([
        'ACTIVE',
        'EXPIRED',
        'REVOKED',
      ] as const),
    )
    .option('--expiring-before <time>', 'only those that expire before this time', instant)
    .option('--unused-since <time>', 'only those that were not used since this time', instant)
    .addOption(limitOption())
    .action(async ({ limit, ...filter }) => {
      const operator = await context.operator();
      const query = given(filter);
      await context.output.list(
        itemsOf(limit, (page) =>
          unwrap(operator.GET('/admin/keys', { params: { query: { ...query, ...page } } })),
        ),
        ['coordinatorName', ...COLUMNS],
        { limit, none: 'No such keys.' },
      );
    });

  group
    .command('issue')
    .description('issue a key, and show it once')
    .argument(...COORDINATOR)
    .option('--name <name>', 'a name, to tell keys apart')
    .option('--expires <time>', 'when it expires; default: never', instant)
    .option('--key-file <file>', 'write the key to this new file, and do not show it')
    .action(async (which, { name, expires, keyFile }) => {
      const operator = await context.operator();
      const path = { id: await coordinatorId(operator, which) };
      const body = given({ name, expiresAt: expires });
      await showOnce(
        context.output,
        keyFile,
        () => unwrap(operator.POST('/admin/coordinators/{id}/keys', { params: { path }, body })),
        ({ apiKey }) => ['apiKey', apiKey],
      );
    });

  group
    .command('rotate')
    .description('replace a key by a new one, and show it once')
    .argument(...KID)
    .option('--overlap-seconds <number>', 'how long the old key is still accepted', wholeNumber)
    .option('--expires <time>', 'when the new key expires; default: after the same lifetime', instant)
    .option('--key-file <file>', 'write the key to this new file, and do not show it')
    .action(async (kid, { overlapSeconds, expires, keyFile }) => {
      const operator = await context.operator();
      const { id: keyId, coordinatorId: id, coordinatorName } = await keyByKid(operator, kid);
      if (overlapSeconds === 0) {
        await context.confirm(`The old key of ${coordinatorName} will be refused at once.`);
      }
      const path = { id, keyId };
      const body = given({ overlapSeconds, expiresAt: expires });
      await showOnce(
        context.output,
        keyFile,
        () =>
          unwrap(operator.POST('/admin/coordinators/{id}/keys/{keyId}/rotate', { params: { path }, body })),
        ({ apiKey }) => ['apiKey', apiKey],
      );
    });

  group
    .command('revoke')
    .description('revoke a key; this cannot be undone')
    .argument(...KID)
    .option('--chain', 'also the keys that it was rotated from or to')
    .action(async (kid, { chain }) => {
      const operator = await context.operator();
      const { id: keyId, coordinatorId: id, coordinatorName } = await keyByKid(operator, kid);
      const what = chain
        ? `The key ${kid} of ${coordinatorName} and its chain`
        : `The key ${kid} of ${coordinatorName}`;
      await context.confirm(`${what} will be refused at once.`);
      await unwrap(
        operator.DELETE('/admin/coordinators/{id}/keys/{keyId}', {
          params: { path: { id, keyId }, query: given({ chain: chain ? ('true' as const) : undefined }) },
        }),
      );
      context.output.done(`The key ${kid} is revoked.`);
    });

  group
    .command('report-leaked')
    .description(
      'revoke a leaked key of a coordinator or an operator, which is read from a prompt or from stdin',
    )
    .action(async () => {
      const operator = await context.operator();
      const key = await readSecret('The leaked key');
      if (key === '') throw new UsageError('There is no key on stdin');
      await unwrap(operator.POST('/keys/revoke', { body: { key } }));
      context.output.done('The key is revoked, if it was one.');
    });

  return group;
}
