import { emptyAnswer } from '../common/answer.js';
import type { AnySchema, Schema, ValueOf, ValuesOf } from '../common/json-schema.js';
import { Prisma } from '../generated/prisma/client.js';

/**
 * The members of an answer, in order. The column of a member has its name in snake case. The type, the row, the columns
 * and the mapper of the answer follow from this one definition (docs/adr/0053).
 */
export type Fields = { readonly [member: string]: AnySchema };

/** A member whose column has another JavaScript type. The mapper keeps null and converts any other value. */
export interface ConvertedSchema<T, Column> extends Schema<T> {
  readonly convert: (column: Column) => string | number;
}

/** A time, as ISO 8601 in UTC. */
export function fromDate<T extends string | null>(schema: Schema<T>): ConvertedSchema<T, Date> {
  return { ...schema, convert: (column) => column.toISOString() };
}

/** An int8 that is never above `Number.MAX_SAFE_INTEGER`. */
export function fromBigInt<T extends number | null>(schema: Schema<T>): ConvertedSchema<T, bigint> {
  return { ...schema, convert: Number };
}

export type SnakeCase<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${SnakeCase<Rest>}`
  : '';

type ColumnOf<Field extends AnySchema> = Field extends { convert: (column: infer Column) => unknown }
  ? Column | Extract<ValueOf<Field>, null>
  : ValueOf<Field>;

/** A row with a column for each member. `Prefix`: how the name of each column begins. */
export type RowOfFields<Definition extends Fields, Prefix extends string = ''> = {
  [Member in keyof Definition & string as `${Prefix}${SnakeCase<Member>}`]: ColumnOf<Definition[Member]>;
} & {};

/** The name of the column of each member. */
export function columnNames(fields: Fields): string[] {
  return Object.keys(fields).map((member) =>
    member.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
  );
}

/**
 * SQL: the columns of {@link RowOfFields}, read from the alias `table`.
 *
 * @param computed an expression for each member that `table` has no column for
 */
export function columnsOf<Definition extends Fields>(
  fields: Definition,
  table: string,
  prefix = '',
  computed: { readonly [Member in keyof Definition]?: Prisma.Sql } = {},
): Prisma.Sql {
  const members = Object.keys(fields);
  return Prisma.join(
    columnNames(fields).map((column, at) => {
      const expression = computed[members[at] ?? ''];
      if (expression === undefined && prefix === '') return Prisma.raw(`${table}.${column}`);
      return Prisma.sql`${expression ?? Prisma.raw(`${table}.${column}`)} AS ${Prisma.raw(prefix + column)}`;
    }),
    ', ',
  );
}

/**
 * Makes the function from a row to the answer. Each answer starts as a copy of one object in which every member is null.
 */
export function mapperOf<Definition extends Fields, Prefix extends string = ''>(
  fields: Definition,
  prefix?: Prefix,
): (row: RowOfFields<Definition, Prefix>) => ValuesOf<Definition>;
export function mapperOf(fields: Fields, prefix = ''): (row: Record<string, unknown>) => unknown {
  const readers = readersOf(fields, prefix);
  const empty = emptyAnswer(Object.keys(fields));
  return (row) => readInto({ ...empty }, readers, row);
}

/**
 * Makes the function to the answer from a row that lacks some members, and from the values of these.
 *
 * @param members of the answer, in order
 * @param read those that the row has
 */
export function completerOf<Answer extends object>(
  members: readonly string[],
  read: Fields,
): (row: Record<string, unknown>, others: Partial<Answer>) => Answer;
export function completerOf(members: readonly string[], read: Fields) {
  const readers = readersOf(read, '');
  const empty = emptyAnswer(members);
  return (row: Record<string, unknown>, others: object): unknown =>
    Object.assign(readInto({ ...empty }, readers, row), others);
}

/** Makes the function that copies an answer, and reads some of its members, `fields`, from a row. */
export function updaterOf<Answer extends object>(
  fields: Fields,
): (answer: Answer, row: Record<string, unknown>) => Answer;
export function updaterOf(fields: Fields): (answer: object, row: Record<string, unknown>) => unknown {
  const readers = readersOf(fields, '');
  return (answer, row) => readInto({ ...answer }, readers, row);
}

function readInto(
  answer: Record<string, unknown>,
  readers: readonly Reader[],
  row: Record<string, unknown>,
): Record<string, unknown> {
  for (const { member, column, convert } of readers) {
    const value = row[column];
    answer[member] = value === null || convert === undefined ? value : convert(value);
  }
  return answer;
}

interface Reader {
  member: string;
  column: string;
  convert: ((column: unknown) => string | number) | undefined;
}

function readersOf(fields: Fields, prefix: string): Reader[] {
  const columns = columnNames(fields);
  return Object.entries(fields).map(([member, schema], at) => ({
    member,
    column: prefix + (columns[at] ?? ''),
    convert: isConverted(schema) ? schema.convert : undefined,
  }));
}

function isConverted(schema: AnySchema): schema is ConvertedSchema<unknown, unknown> {
  return 'convert' in schema;
}
