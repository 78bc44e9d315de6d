import { createHash } from 'node:crypto';

/**
 * The maximum number of names. Each session keeps every statement it has prepared, so further texts are not prepared
 * but planned each time.
 */
const MAX_NAMES = 1_000;

/**
 * Names for prepared statements, so that Postgres plans a text once per session. A name contains a hash of the text and
 * has at most 26 characters. Two processes give the same text the same name.
 */
export class StatementNames {
  private readonly names = new Map<string, string>();
  /** Changes with each {@link renew}. */
  generation = 0;

  /** Empty: do not prepare. */
  nameOf(sql: string): string {
    const known = this.names.get(sql);
    if (known !== undefined) return known;
    if (this.names.size >= MAX_NAMES) return '';
    const hash = createHash('sha256').update(sql).digest('base64url').slice(0, 22);
    const name = `s${this.generation}_${hash}`;
    this.names.set(sql, name);
    return name;
  }

  /**
   * Gives every text a new name, so that no session uses a statement it has prepared before.
   *
   * @param generation of the stale name; if it is not the present one, another request has renewed the names already
   */
  renew(generation: number): void {
    if (generation !== this.generation) return;
    this.generation = (this.generation + 1) % 100;
    this.names.clear();
  }
}
