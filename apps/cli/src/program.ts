import tab from '@bomb.sh/tab/commander';
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { Command as PlainCommand } from 'commander';
import { auditCommand } from './commands/audit.js';
import { coordinatorsCommand } from './commands/coordinators.js';
import { jobsCommand } from './commands/jobs.js';
import { keysCommand } from './commands/keys.js';
import { loginCommand, logoutCommand } from './commands/login.js';
import { operatorsCommand } from './commands/operators.js';
import { statusCommand } from './commands/status.js';
import { webhooksCommand } from './commands/webhooks.js';
import { workspacesCommand } from './commands/workspaces.js';
import { connect, targetOf } from './connection.js';
import type { Context } from './context.js';
import { EXIT, EXIT_MEANINGS } from './exit-codes.js';
import { Output } from './output/output.js';
import { confirm } from './prompts.js';

export { EXIT, EXIT_MEANINGS };

/** All commands. The reference is made from it, too. */
export function createProgram(version: string, isJson = false) {
  const program = new Command('coordinator-registry')
    .description('Administer a Coordinator Registry, follow its jobs, and verify its audit log.')
    .version(version)
    .option('--profile <name>', 'the profile that login stored')
    .option('--url <url>', 'address of the server; default: REGISTRY_URL, or that of the profile')
    .option('--json', 'JSON for scripts: a line for each thing on stdout, and for each error on stderr')
    .option('--yes', 'do what cannot be undone without asking')
    .showHelpAfterError('Add --help to see what the command takes.')
    .configureOutput({ writeErr: (text) => void (isJson || process.stderr.write(text)) })
    .exitOverride();

  const context: Context = {
    operator: async () => connect(await targetOf(program.opts()), isJson),
    output: new Output(isJson),
    confirm: (consequence) => confirm(consequence, program.opts().yes),
    get target() {
      return program.opts();
    },
  };
  const commands = [
    loginCommand,
    logoutCommand,
    statusCommand,
    coordinatorsCommand,
    keysCommand,
    webhooksCommand,
    workspacesCommand,
    operatorsCommand,
    jobsCommand,
    auditCommand,
  ];
  for (const create of commands) program.addCommand(create(context));
  inheritSettings(program);
  return program;
}

/** Commands that are added, unlike those that are made by their parent, do not take over how errors are handled. */
function inheritSettings(parent: CommandUnknownOpts): void {
  for (const command of parent.commands) {
    command.copyInheritedSettings(parent);
    inheritSettings(command);
  }
}

/** Adds `completion`, which walks the commands. */
export function addCompletion(program: object): void {
  // The same class, without the types of its options, which the library does not know.
  if (!(program instanceof PlainCommand)) throw new TypeError('this is no command of commander');
  tab(program, { completionCommandName: 'completion' });
}
