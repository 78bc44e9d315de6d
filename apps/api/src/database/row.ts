import type { SnakeCase } from './fields.js';

/**
 * The row of a statement that reads these fields of a generated model, with the names of the columns:
 * `RowOf<Coordinator, 'createdAt'>` is `{ created_at: Date }`. A prefix is for statements that read two tables.
 */
export type RowOf<Model, Field extends keyof Model & string, Prefix extends string = ''> = {
  [Name in Field as `${Prefix}${SnakeCase<Name>}`]: Model[Name];
};
