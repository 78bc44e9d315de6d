// docs/cli-reference.md, from the commands of apps/cli as they are defined.
import { addCompletion, createProgram, EXIT, EXIT_MEANINGS } from '../apps/cli/dist/program.js';

/** @returns {string} one page of Markdown */
export function renderCliReference() {
  const program = createProgram('');
  addCompletion(program);
  const help = program.createHelp();
  return `# Reference of the command line

Made from the commands: \`npm run docs\`. [How to begin](../apps/cli/README.md).

## Options of every command

${table(['option', 'meaning'], optionsOf(help, program))}

## Exit codes

${table(
  ['code', 'meaning'],
  Object.entries(EXIT).map(([name, code]) => [code, EXIT_MEANINGS[name]]),
)}
${help
  .visibleCommands(program)
  .filter((command) => command.name() !== 'help')
  .map((command) => chapter(help, command))
  .join('')}`;
}

function chapter(help, command) {
  const inner = help.visibleCommands(command).filter((it) => it.name() !== 'help');
  const text = inner.length === 0 ? body(help, command) : inner.map((it) => section(help, it)).join('');
  const description = inner.length === 0 ? '' : `\n${sentence(help.commandDescription(command))}\n`;
  return `\n## ${command.name()}\n${description}${text}`;
}

function section(help, command) {
  return `\n### ${command.parent.name()} ${command.name()}\n${body(help, command)}`;
}

function body(help, command) {
  const rows = [
    ...help
      .visibleArguments(command)
      .map((it) => [`\`${help.argumentTerm(it)}\``, help.argumentDescription(it)]),
    ...optionsOf(help, command),
  ];
  const hasOptions = optionsOf(help, command).length > 0;
  const usage = `\`\`\`text\n${help.commandUsage(command).replace(' [options]', hasOptions ? ' [options]' : '')}\n\`\`\``;
  const members = rows.length === 0 ? '' : `\n${table(['', 'meaning'], rows)}\n`;
  return `\n${sentence(help.commandDescription(command))}\n\n${usage}\n${members}`;
}

function optionsOf(help, command) {
  return help
    .visibleOptions(command)
    .filter((option) => option.long !== '--help')
    .map((option) => [
      `\`${help.optionTerm(option)}\`${option.mandatory ? ' (required)' : ''}`,
      help.optionDescription(option),
    ]);
}

function table(head, rows) {
  const line = (cells) => `| ${cells.map((it) => String(it).replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function sentence(text) {
  return `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.$/, '')}.`;
}
