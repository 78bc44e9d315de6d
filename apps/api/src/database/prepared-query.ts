/// <reference path="./pg-query.d.ts" />
import pg from 'pg';
import Query from 'pg/lib/query.js';
import { prepareValue } from 'pg/lib/utils.js';
import { parseJson } from '../common/exact-json.js';

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
 * The columns of the statements that a session has prepared, by name. They do not change: if a migration changes the
 * columns of a prepared statement, Postgres refuses it, and `StatementNames` gives it another name.
 */
const COLUMNS = new WeakMap<pg.Connection, Map<string, pg.FieldDef[]>>();

/**
 * A statement whose columns Postgres describes once in each session. `pg` asks for the description with every answer, and
 * a job has 30 columns (docs/adr/0062).
 */
class PreparedQuery<Row extends pg.QueryResultRow> extends Query<Row> {
  private columns: Map<string, pg.FieldDef[]> | undefined;

  override prepare(connection: pg.Connection): void {
    this.columns = columnsOf(connection);
    const known = this.columns.get(this.name);
    if (known === undefined || !this.hasBeenParsed(connection)) {
      super.prepare(connection);
      return;
    }
    super.handleRowDescription({ fields: known });
    connection.bind({ statement: this.name, values: this.values, valueMapper: prepareValue }, false);
    connection.execute({}, false);
    connection.sync();
  }

  override handleRowDescription(message: { fields: pg.FieldDef[] }): void {
    super.handleRowDescription(message);
    if (this.name !== '') this.columns?.set(this.name, message.fields);
  }
}

function columnsOf(connection: pg.Connection): Map<string, pg.FieldDef[]> {
  let columns = COLUMNS.get(connection);
  if (columns === undefined) {
    columns = new Map();
    COLUMNS.set(connection, columns);
  }
  return columns;
}

/** Runs a statement in a session. Its rows have `bigint` for int8, `Date`, and JSON with exact numbers (`parseJson`). */
export function rowsOf<Row extends pg.QueryResultRow>(
  client: pg.Client,
  statement: NamedStatement,
): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    client.query(
      new PreparedQuery<Row>({ ...statement, types: TYPES }, (error, result) =>
        result === undefined ? reject(error) : resolve(result.rows),
      ),
    );
  });
}
