import type pg from 'pg';
import { type NamedStatement, PreparedQuery } from './prepared-query.js';

/** A statement of a request that waits for its rows. */
export interface Asked {
  statement: NamedStatement;
  /** as `performance.now()` */
  since: number;
  resolve(rows: pg.QueryResultRow[]): void;
  /** It did nothing here, and needs a session of its own. */
  runElsewhere(): void;
  reject(error: Error): void;
}

/** A batch that was not committed. */
export interface BatchFailure {
  error: Error;
  /** the index of the statement that Postgres was at; the length of the batch: all had been executed */
  at: number;
}

/**
 * Statements that a session executes in one transaction: they are sent together, with one `Sync` at the end, so Postgres
 * commits all of them or none (PostgreSQL manual, "Message Flow", "Pipelining"). Each statement still has its own snapshot and its own
 * `statement_timestamp()`.
 *
 * @returns undefined if the batch was committed: each statement has its rows. Otherwise no statement has an answer.
 */
export function executeTogether(
  client: pg.Client,
  batch: readonly Asked[],
): Promise<BatchFailure | undefined> {
  return new Promise((resolve) => {
    const statements = new StatementBatch(batch, (error) =>
      resolve(error === null ? undefined : { error, at: statements.at }),
    );
    client.query(statements);
  });
}

/** To `pg`, one query whose answer has several results. */
class StatementBatch implements pg.Submittable {
  /** the statement that Postgres is at */
  at = 0;
  private readonly queries: readonly PreparedQuery<pg.QueryResultRow>[];

  /** @param callback `pg` wraps it to end the timer of the query */
  constructor(
    batch: readonly Asked[],
    readonly callback: (error: Error | null) => void,
  ) {
    this.queries = batch.map(
      ({ statement, resolve, reject }) =>
        new PreparedQuery(statement, (error, result) =>
          result === undefined ? reject(error as Error) : resolve(result.rows),
        ),
    );
  }

  /** `pg` notes that the session has prepared `text` under this name. */
  get name(): string {
    return this.queries[this.at]?.name ?? '';
  }

  get text(): string {
    return this.queries[this.at]?.text ?? '';
  }

  /** @returns an error, with which `pg` calls `handleError`; it does not catch one */
  submit(connection: pg.Connection): Error | null {
    connection.stream.cork();
    try {
      for (const query of this.queries) query.send(connection);
      connection.sync();
      return null;
    } catch (error) {
      return error as Error;
    } finally {
      connection.stream.uncork();
    }
  }

  handleRowDescription(message: { fields: pg.FieldDef[] }): void {
    this.queries[this.at]?.handleRowDescription(message);
  }

  handleDataRow(message: { fields: (string | null)[] }): void {
    this.queries[this.at]?.handleDataRow(message);
  }

  handleCommandComplete(): void {
    this.at += 1;
  }

  /** The transaction is committed. */
  handleReadyForQuery(connection: pg.Connection): void {
    this.callback(null);
    for (const query of this.queries) query.handleReadyForQuery(connection);
  }

  handleError(error: Error, connection: pg.Connection): void {
    // Postgres has skipped the statements after the one that failed, so it has not prepared them.
    for (const { name } of this.queries) delete connection.submittedNamedStatements[name];
    this.callback(error);
  }
}
