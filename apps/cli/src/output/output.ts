import { printable, textOf } from './text.js';

/** How a command shows its result: for people, or as JSON for scripts. Nothing else writes to stdout. */
export class Output {
  constructor(private readonly isJson: boolean) {}

  /** One thing. People see each member on a line, under its name in the API. */
  item(value: object): void {
    if (this.isJson) {
      this.json(value);
      return;
    }
    const members = Object.entries(value).flatMap(([name, it]) => membersOf(name, it));
    const width = Math.max(0, ...members.map(([name]) => name.length));
    const lines = members.map(([name, it]) => `${name.padEnd(width)}  ${textOf(it)}\n`);
    process.stdout.write(lines.join(''));
  }

  /**
   * A list. People see a table of these members; scripts get each item on a line of JSON, with all members.
   *
   * @param none what people read if the list is empty
   * @returns the number of items
   */
  async list<Item extends object>(
    items: AsyncIterable<Item>,
    columns: readonly (keyof Item & string)[],
    none: string,
  ): Promise<number> {
    let count = 0;
    const rows: string[][] = [];
    for await (const item of items) {
      count += 1;
      if (this.isJson) this.json(item);
      else rows.push(columns.map((it) => textOf(item[it])));
    }
    if (this.isJson) return count;
    if (count === 0) this.say(none);
    else await table(columns, rows);
    return count;
  }

  /** A line of a stream. */
  line(value: object, text: string): void {
    if (this.isJson) this.json(value);
    else process.stdout.write(`${text}\n`);
  }

  /** What was done. Scripts read the exit code. */
  done(text: string): void {
    if (!this.isJson) process.stdout.write(`${printable(text)}\n`);
  }

  /** A remark, which is no part of the result. */
  say(text: string): void {
    process.stderr.write(`${printable(text)}\n`);
  }

  private json(value: object): void {
    process.stdout.write(`${JSON.stringify(value)}\n`);
  }
}

/** Members of an object inside an answer get its name in front. */
function membersOf(name: string, value: unknown): [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[name, value]];
  return Object.entries(value).map(([inner, it]) => [`${name}.${inner}`, it]);
}

async function table(columns: readonly string[], rows: string[][]): Promise<void> {
  const { default: Table } = await import('cli-table3');
  const none = { mid: '', left: '', right: '', middle: '' };
  const drawn = new Table({
    head: [...columns],
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
    chars: {
      top: '',
      'top-mid': '',
      'top-left': '',
      'top-right': '',
      bottom: '',
      'bottom-mid': '',
      'bottom-left': '',
      'bottom-right': '',
      'left-mid': '',
      'mid-mid': '',
      'right-mid': '',
      ...none,
    },
  });
  drawn.push(...rows);
  const lines = drawn
    .toString()
    .split('\n')
    .map((it) => it.trimEnd());
  process.stdout.write(`${lines.join('\n')}\n`);
}
