const CONNECTION = 'apps/cli/src/connection.ts';
const PROFILES = 'apps/cli/src/profiles.ts';

export default [
  {
    what: 'the key of a profile goes to any address',
    file: CONNECTION,
    find: 'if (url !== undefined && addressOf(url) !== addressOf(profile.url)) {',
    replace: 'if (url !== undefined && addressOf(url) === undefined) {',
  },
  {
    what: 'the environment goes before the profile that was named',
    file: CONNECTION,
    find: 'name === undefined ? await accessKeyOf(environment) : undefined',
    replace: 'name !== null ? await accessKeyOf(environment) : undefined',
  },
  {
    what: 'profiles that others may read are used',
    file: PROFILES,
    find: 'const OTHERS = 0o077;',
    replace: 'const OTHERS = 0;',
  },
  {
    what: 'profiles are written for all to read',
    file: PROFILES,
    find: 'await chmod(next, 0o600);',
    replace: 'await chmod(next, 0o644);',
  },
  {
    what: 'a key that the server refuses is stored',
    file: 'apps/cli/src/commands/login.ts',
    find: "connect({ url: address, accessKey }, context.output.isJson).GET('/me')",
    replace:
      "(await writeProfile(profile, { url: address, accessKey }), connect({ url: address, accessKey }, context.output.isJson)).GET('/me')",
  },
  {
    what: 'a whole key among the arguments is passed on',
    file: 'apps/cli/src/main.ts',
    find: 'if (process.argv.some((it) => SECRET.test(it))) {',
    replace: 'if (process.argv.some((it) => SECRET.test(it) && it.length < 9)) {',
  },
  {
    what: 'a refusal is an error of the command',
    file: 'apps/cli/src/exit-codes.ts',
    find: 'return EXIT.refused;',
    replace: 'return EXIT.failed;',
  },
];
