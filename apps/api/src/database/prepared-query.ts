/// <reference path="./pg-query.d.ts" />
import pg from 'pg';
import Query, { type RowReader } from 'pg/lib/query.js';
import { prepareValue } from 'pg/lib/utils.js';
import { parseJson } from '../common/exact-json.js';

declare module 'pg' {
  interface Connection {
    /** the texts of the statements that are sent to be prepared, by name, until Postgres has answered */
    submittedNamedStatements: Record<string, string>;
  }
}

/** A statement and the name under which a session prepares it; an empty name: it is not prepared. */
export interface NamedStatement {
  name: string;
  text: string;
  values: unknown[];
}

const INT8 = 20;
const JSON_TYPES = [114, 3802];

const TYPES: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) => {
    if (oid === INT8) return BigInt;
    return JSON_TYPES.includes(oid) ? (text: string) => parseJson(text) : pg.types.getTypeParser(oid, format);
  },
};

/**
 * How the answers to the statements that a session has prepared are read, by the name of the statement. The columns do
 * not change: if a migration changes the columns of a prepared statement, Postgres refuses it, and `StatementNames` gives
 * it another name.
 */
const READERS = new WeakMap<pg.Connection, Map<string, RowReader>>();

/**
 * A statement whose columns Postgres describes once in each session. `pg` asks for the description with every answer,
 * and then chooses the parser of each column again; a job has 30 columns (docs/adr/0062).
 */
export class PreparedQuery<Row extends pg.QueryResultRow> extends Query<Row> {
  private readers: Map<string, RowReader> | undefined;

  constructor(
    { name, text, values }: NamedStatement,
    callback: (error: Error | null, result?: pg.QueryResult<Row>) => void,
  ) {
    // Not as one object: `pg` would copy it property by property.
    super(text, values, callback);
    this.name = name;
    this._result._types = TYPES;
  }

  override prepare(connection: pg.Connection): void {
    this.send(connection);
    connection.sync();
  }

  /** Sends everything but the end of the transaction. */
  send(connection: pg.Connection): void {
    this.readers = readersOf(connection);
    const { name, text, values } = this;
    if (!this.hasBeenParsed(connection)) {
      connection.parse({ name, text, types: [] }, false);
      if (name !== '') connection.submittedNamedStatements[name] = text;
    }
    connection.bind({ statement: name, values, valueMapper: prepareValue }, false);
    const known = this.readers.get(name);
    if (known === undefined) {
      connection.describe({ type: 'P', name: '' }, false);
    } else {
      this._result.fields = known.fields;
      this._result._parsers = known._parsers;
      this._result._prebuiltEmptyResultObject = known._prebuiltEmptyResultObject;
      this._accumulateRows = true;
    }
    connection.execute({}, false);
  }

  override handleRowDescription(message: { fields: pg.FieldDef[] }): void {
    super.handleRowDescription(message);
    const { fields, _parsers, _prebuiltEmptyResultObject } = this._result;
    if (this.name !== '') this.readers?.set(this.name, { fields, _parsers, _prebuiltEmptyResultObject });
  }

  /** `pg` would read the name of the command and the number of rows from it. No caller uses them. */
  override handleCommandComplete(): void {}
}

function readersOf(connection: pg.Connection): Map<string, RowReader> {
  let readers = READERS.get(connection);
  if (readers === undefined) {
    readers = new Map();
    READERS.set(connection, readers);
  }
  return readers;
}

/** Runs a statement in a session. Its rows have `bigint` for int8, `Date`, and JSON with exact numbers (`parseJson`). */
export function rowsOf<Row extends pg.QueryResultRow>(
  client: pg.Client,
  statement: NamedStatement,
): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    client.query(
      new PreparedQuery<Row>(statement, (error, result) =>
        result === undefined ? reject(error) : resolve(result.rows),
      ),
    );
  });
}
