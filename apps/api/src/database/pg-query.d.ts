// `pg` exports its class of a statement, but `@types/pg` does not declare what a subclass can change.
// `shared-sessions.integration.ts` fails if a release of `pg` changes it.

declare module 'pg/lib/query.js' {
  import type { BindConfig, Connection, CustomTypesConfig, FieldDef, QueryResult, QueryResultRow } from 'pg';

  /** How the rows of an answer are read. */
  export interface RowReader {
    fields: FieldDef[];
    _parsers: ((text: string) => unknown)[];
    /** a row of nulls, which each row begins as */
    _prebuiltEmptyResultObject: object;
  }

  export default class Query<Row extends QueryResultRow> {
    constructor(
      text: string,
      values: unknown[],
      callback: (error: Error | null, result?: QueryResult<Row>) => void,
    );
    name: string;
    readonly text: string;
    readonly values: BindConfig['values'];
    readonly _result: RowReader & { _types: CustomTypesConfig };
    _accumulateRows: boolean;
    submit(connection: Connection): void;
    prepare(connection: Connection): void;
    hasBeenParsed(connection: Connection): boolean;
    handleRowDescription(message: { fields: FieldDef[] }): void;
    handleDataRow(message: { fields: (string | null)[] }): void;
    handleCommandComplete(): void;
    handleReadyForQuery(connection: Connection): void;
  }
}

declare module 'pg/lib/utils.js' {
  /** The text form of a value that a statement gets. */
  export function prepareValue(value: unknown): string | Buffer | null;
}
