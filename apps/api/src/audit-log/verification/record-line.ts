import { AUDIT_ACTOR_TYPES, AUDIT_OUTCOMES } from '../audit-record.js';
import type { LeafRecord } from '../proof/leaf.js';
import { UnencodableRecordError } from '../proof/proof.errors.js';
import { base64 } from '../proof/signed-note.js';

/** A personal value beside its record. */
export interface PersonalValue {
  value: string;
  salt: Buffer;
}

/** One line of an export. */
export interface RecordLine {
  id: string;
  /** null: it is not sealed yet */
  leafIndex: number | null;
  leafHash: Buffer | null;
  /** undefined: only the leaf is left */
  record: LeafRecord | undefined;
  sourceIp: PersonalValue | undefined;
  userAgent: PersonalValue | undefined;
}

/**
 * Reads what `RECORD_LINE` writes, and nothing else: a member more, or one that stands twice, could show a reader what no leaf
 * covers. Member by member, in the one order that they have, of which a JSON parser would know nothing.
 *
 * @throws UnencodableRecordError
 */
export function parseRecordLine(line: string): RecordLine {
  const read = new LineReader(line);
  const id = read.begin().text('id');
  if (read.isAt('leafIndex')) {
    const leaf = { id, leafIndex: read.integer('leafIndex'), leafHash: read.bytes('leafHash') };
    read.end();
    return { ...leaf, record: undefined, sourceIp: undefined, userAgent: undefined };
  }
  const before = {
    id,
    occurredAt: read.text('occurredAt'),
    actorType: oneOf(AUDIT_ACTOR_TYPES, read.text('actorType')),
    actorId: read.optionalText('actorId'),
    actorName: read.optionalText('actorName'),
    keyId: read.optionalText('keyId'),
    action: read.text('action'),
    outcome: oneOf(AUDIT_OUTCOMES, read.text('outcome')),
    reason: read.optionalText('reason'),
    workspaceId: read.optionalText('workspaceId'),
    resourceType: read.optionalText('resourceType'),
    resourceId: read.optionalText('resourceId'),
    rev: read.optionalInteger('rev'),
    requestId: read.optionalText('requestId'),
  };
  const sourceIp = read.optionalText('sourceIp');
  const userAgent = read.optionalText('userAgent');
  const occurrences = read.integer('occurrences');
  const leafIndex = read.optionalInteger('leafIndex');
  const leafHash = read.optionalBytes('leafHash');
  const sourceIpSalt = read.optionalBytes('sourceIpSalt');
  const sourceIpCommitment = read.optionalBytes('sourceIpCommitment');
  const userAgentSalt = read.optionalBytes('userAgentSalt');
  const userAgentCommitment = read.optionalBytes('userAgentCommitment');
  return {
    id,
    leafIndex,
    leafHash,
    record: {
      ...before,
      changes: read.rest('changes'),
      sourceIp: sourceIpCommitment,
      userAgent: userAgentCommitment,
      occurrences,
    },
    sourceIp: personal(sourceIp, sourceIpSalt),
    userAgent: personal(userAgent, userAgentSalt),
  };
}

function personal(value: string | null, salt: Buffer | null): PersonalValue | undefined {
  if (value === null && salt === null) return undefined;
  if (value === null || salt === null) {
    throw new UnencodableRecordError('a personal value without its salt, or a salt alone');
  }
  return { value, salt };
}

function oneOf<T extends string>(values: readonly T[], text: string): T {
  const value = values.find((it) => it === text);
  if (value === undefined) throw new UnencodableRecordError(`${text} is none of ${values.join()}`);
  return value;
}

/** A flat JSON object, whose members stand in a known order. */
class LineReader {
  #at = 0;

  constructor(private readonly line: string) {}

  begin(): this {
    return this.#pass('{', 'the line');
  }

  isAt(name: string): boolean {
    return this.line.startsWith(`,"${name}":`, this.#at);
  }

  text(name: string): string {
    return this.optionalText(name) ?? fail(name);
  }

  optionalText(name: string): string | null {
    this.#name(name);
    if (this.#isNull()) return null;
    this.#pass('"', name);
    const { line } = this;
    const begin = this.#at;
    let end = line.indexOf('"', begin);
    if (end === -1) return fail(name);
    const text = line.slice(begin, end);
    this.#at = end + 1;
    if (!text.includes('\\')) return text;
    while (isEscaped(line, end)) end = line.indexOf('"', end + 1);
    this.#at = end + 1;
    return unquote(line.slice(begin - 1, end + 1), name);
  }

  integer(name: string): number {
    return this.optionalInteger(name) ?? fail(name);
  }

  optionalInteger(name: string): number | null {
    this.#name(name);
    if (this.#isNull()) return null;
    INTEGER.lastIndex = this.#at;
    const [text] = INTEGER.exec(this.line) ?? [];
    const value = Number(text);
    if (text === undefined || !Number.isSafeInteger(value)) return fail(name);
    this.#at += text.length;
    return value;
  }

  bytes(name: string): Buffer {
    return this.optionalBytes(name) ?? fail(name);
  }

  optionalBytes(name: string): Buffer | null {
    const text = this.optionalText(name);
    return text === null ? null : (base64(text) ?? fail(name));
  }

  /** The last member, as it stands. */
  rest(name: string): string {
    this.#name(name);
    if (!this.line.endsWith('}')) return fail(name);
    return this.line.slice(this.#at, -1);
  }

  end(): void {
    this.#pass('}', 'the end of the line');
    if (this.#at !== this.line.length) fail('the end of the line');
  }

  #name(name: string): void {
    if (this.#at > 1) this.#pass(',', name);
    this.#pass('"', name).#pass(name, name).#pass('":', name);
  }

  #isNull(): boolean {
    if (!this.line.startsWith('null', this.#at)) return false;
    this.#at += 4;
    return true;
  }

  #pass(text: string, what: string): this {
    if (!this.line.startsWith(text, this.#at)) fail(what);
    this.#at += text.length;
    return this;
  }
}

const INTEGER = /-?(0|[1-9][0-9]*)/y;

/** Whether the quote at `at` is part of the text: an odd number of backslashes stands before it. */
function isEscaped(line: string, at: number): boolean {
  let before = at;
  while (line[before - 1] === '\\') before -= 1;
  return (at - before) % 2 === 1;
}

function unquote(quoted: string, name: string): string {
  try {
    return JSON.parse(quoted);
  } catch {
    return fail(name);
  }
}

function fail(what: string): never {
  throw new UnencodableRecordError(`${what} is not as this server writes it`);
}
