import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { unwrap } from '@coordinator-registry/client';
import { addressOf, connect, DEFAULT_PROFILE } from '../connection.js';
import type { Context } from '../context.js';
import { readEnvironment } from '../environment.js';
import { NotFoundError } from '../exit-codes.js';
import { profilesFile, readProfile, writeProfile } from '../profiles.js';
import { ask, readSecret } from '../prompts.js';

export function loginCommand(context: Context): CommandUnknownOpts {
  return new Command('login')
    .description(
      'store the address of a server and your access key in a profile; the key is read from a prompt or from stdin',
    )
    .action(async () => {
      const { profile = DEFAULT_PROFILE, url } = context.target;
      const address = addressOf(
        url ||
          readEnvironment().url ||
          (await ask('Address of the server, such as https://registry.example')),
      );
      const accessKey = await readSecret('Access key (cro_…)');
      const { name, role } = await unwrap(
        connect({ url: address, accessKey }, context.output.isJson).GET('/me'),
      );
      await writeProfile(profile, { url: address, accessKey });
      context.output.done(`Signed in to ${address} as ${name}, ${role}. The key is in ${profilesFile()}.`);
    });
}

export function logoutCommand(context: Context): CommandUnknownOpts {
  return new Command('logout')
    .description('remove a profile with its access key, which stays valid')
    .action(async () => {
      const { profile = DEFAULT_PROFILE } = context.target;
      if ((await readProfile(profile)) === undefined)
        throw new NotFoundError(`There is no profile ${profile}.`);
      await writeProfile(profile, undefined);
      context.output.done(`The profile ${profile} is removed.`);
    });
}
