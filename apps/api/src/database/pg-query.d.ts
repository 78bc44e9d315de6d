// `pg` exports its class of a statement, but `@types/pg` does not declare what a subclass can change.
// `pipelined-sessions.integration.ts` fails if a release of `pg` changes it.

declare module 'pg/lib/query.js' {
  import type { BindConfig, Connection, CustomTypesConfig, FieldDef, QueryResult, QueryResultRow } from 'pg';

  export default class Query<Row extends QueryResultRow> {
    constructor(
      config: { name: string; text: string; values: unknown[]; types: CustomTypesConfig },
      callback: (error: Error | null, result?: QueryResult<Row>) => void,
    );
    readonly name: string;
    readonly values: BindConfig['values'];
    submit(connection: Connection): void;
    prepare(connection: Connection): void;
    hasBeenParsed(connection: Connection): boolean;
    handleRowDescription(message: { fields: FieldDef[] }): void;
  }
}

declare module 'pg/lib/utils.js' {
  /** The text form of a value that a statement gets. */
  export function prepareValue(value: unknown): string | Buffer | null;
}
