import { hasReader, print, printOrThrow } from './stdout.js';
import { printable, textOf } from './text.js';

/** The end of a list. */
export interface ListEnd {
  /** how many items are shown; the list has one more if there are more */
  limit: number;
  /** what people read if the list is empty */
  none: string;
}

/** How a command shows its result: for people, or as JSON for scripts. */
export class Output {
  constructor(readonly isJson: boolean) {}

  /** One thing. People see each member on a line, under its name in the API. */
  item(value: object): void {
    print(this.textOf(value));
  }

  /**
   * One thing that cannot be shown again.
   *
   * @throws Error if it cannot be written
   */
  async itemOrThrow(value: object): Promise<void> {
    await printOrThrow(this.textOf(value));
  }

  /** A list. People see a table of these members; scripts get each item on a line of JSON, with all members. */
  async list<Item extends object>(
    items: AsyncIterable<Item>,
    columns: readonly (keyof Item & string)[],
    end: ListEnd,
  ): Promise<void> {
    const rows: string[][] = [];
    await this.each(items, end, (item) => {
      if (this.isJson) this.json(item);
      else rows.push(columns.map((it) => textOf(item[it])));
    });
    if (rows.length > 0) await table(columns, rows);
  }

  /** A list whose items are lines for people, too. */
  async lines<Item extends object>(
    items: AsyncIterable<Item>,
    textFor: (item: Item) => string,
    end: ListEnd,
  ): Promise<void> {
    await this.each(items, end, (item) => this.line(item, textFor(item)));
  }

  /** Shows what comes until it ends, or until its reader has closed the pipe. */
  async follow<Item extends object>(
    items: AsyncIterable<Item>,
    textFor: (item: Item) => string,
  ): Promise<void> {
    for await (const item of items) {
      this.line(item, textFor(item));
      if (!hasReader()) return;
    }
  }

  /** A line of a result. */
  line(value: object, text: string): void {
    if (this.isJson) this.json(value);
    else print(`${text}\n`);
  }

  /** What was done. Scripts read the exit code. */
  done(text: string): void {
    if (!this.isJson) print(`${printable(text)}\n`);
  }

  /** A remark for people, which is no part of the result. */
  say(text: string): void {
    if (!this.isJson) process.stderr.write(`${printable(text)}\n`);
  }

  private async each<Item extends object>(
    items: AsyncIterable<Item>,
    { limit, none }: ListEnd,
    show: (item: Item) => void,
  ): Promise<void> {
    let count = 0;
    for await (const item of items) {
      count += 1;
      if (count > limit) {
        this.say(`There are more than ${limit}. See them with a larger --limit.`);
        return;
      }
      show(item);
      if (!hasReader()) return;
    }
    if (count === 0) this.say(none);
  }

  private textOf(value: object): string {
    if (this.isJson) return `${JSON.stringify(value)}\n`;
    const members = Object.entries(value).flatMap(([name, it]) => membersOf(name, it));
    const width = Math.max(0, ...members.map(([name]) => name.length));
    return members.map(([name, it]) => `${name.padEnd(width)}  ${textOf(it)}\n`).join('');
  }

  private json(value: object): void {
    print(`${JSON.stringify(value)}\n`);
  }
}

/** Members of an object inside an answer get its name in front. */
function membersOf(name: string, value: unknown): [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[name, value]];
  return Object.entries(value).map(([inner, it]) => [`${name}.${inner}`, it]);
}

const NO_BORDER = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};

async function table(columns: readonly string[], rows: string[][]): Promise<void> {
  const { default: Table } = await import('cli-table3');
  const drawn = new Table({
    head: [...columns],
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
    chars: NO_BORDER,
  });
  drawn.push(...rows);
  const lines = drawn
    .toString()
    .split('\n')
    .map((it) => it.trimEnd());
  print(`${lines.join('\n')}\n`);
}
