import type { Prisma } from '../generated/prisma/client.js';

/** A statement as Postgres gets it: its text with `$1` …, and the values. A `Prisma.Sql` is one, too. */
export interface Statement {
  readonly text: string;
  readonly values: unknown[];
}

/** A place in a {@link Shape} for a value that each input gives. Use it in `Prisma.sql` like a value. */
export class Given<Input> {
  constructor(readonly from: (input: Input) => unknown) {}
}

export function given<Input>(from: (input: Input) => unknown): Given<Input> {
  return new Given(from);
}

/** The members of `T` as values of a statement: known now, or {@link Given} later. */
export type Values<T> = { readonly [Member in keyof T]: unknown };

/** A statement whose text is composed once. A {@link Given} that occurs several times is one parameter. */
class Shape<Input> {
  private readonly text: string;
  private readonly sources: ((input: Input) => unknown)[] = [];

  constructor({ strings, values }: Prisma.Sql) {
    const numbers = new Map<unknown, number>();
    const placeOf = (value: unknown): string => {
      const known = numbers.get(value);
      if (known !== undefined) return `$${known}`;
      const number = this.sources.push(value instanceof Given ? value.from : () => value);
      if (value instanceof Given) numbers.set(value, number);
      return `$${number}`;
    };
    const text = strings.reduce((before, next, at) => `${before}${placeOf(values[at - 1])}${next}`);
    // Postgres copies the text for each execution.
    this.text = text.replace(/\n\s+/g, '\n');
  }

  filled(input: Input): Statement {
    return { text: this.text, values: this.sources.map((from) => from(input)) };
  }
}

/**
 * Composes a statement once for each variant, when the first input needs it. A request so only fills in values: to
 * compose the text, and to look up its name by a new text, costs the server several microseconds (docs/adr/0054).
 *
 * @param variantOf everything about an input that the text depends on
 * @param compose every {@link Given} in its result must read an `Input`
 */
export function shapes<Input, const Variant extends readonly (string | number | boolean)[]>(
  variantOf: (input: Input) => Variant,
  compose: (...variant: Variant) => Prisma.Sql,
): (input: Input) => Statement {
  const known = new Map<string, Shape<Input>>();
  return (input) => {
    const variant = variantOf(input);
    const key = variant.join();
    let shape = known.get(key);
    if (shape === undefined) {
      shape = new Shape(compose(...variant));
      known.set(key, shape);
    }
    return shape.filled(input);
  };
}
