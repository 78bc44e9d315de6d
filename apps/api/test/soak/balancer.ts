import type { ServerProcess } from '../support/server-process.js';
import type { Ledger } from './ledger.js';

/** A key of a coordinator as its holder knows it. */
export interface HeldKey {
  id: string;
  text: string;
  /** `ending`: the request that revokes or rotates it is under way */
  state: 'live' | 'ending' | 'ended';
}

export interface Answer<Body> {
  requestId: string;
  status: number;
  /** of a problem; otherwise undefined */
  code: string | undefined;
  replayed: boolean;
  body: Body;
}

export interface Request {
  method: string;
  path: string;
  /** a text is an operator's key */
  key?: HeldKey | string;
  body?: object;
  headers?: Record<string, string>;
  /** the index of the replica; otherwise they take turns */
  replica?: number;
}

/** The answers to a key that has ended, and to one that has been refused too often. */
const REFUSALS = ['key-revoked', 'key-expired', 'rate-limited'];

/** Sends each request to the next replica, as a load balancer does, and notes its answer in the ledger. */
export class Balancer {
  private sent = 0;

  constructor(
    private readonly replicas: readonly ServerProcess[],
    private readonly ledger: Ledger,
  ) {}

  /**
   * @param kind names the request in the ledger
   * @param expected the statuses of successes and the codes of problems that the contract has for this request. A key that has
   *   ended before the request began is refused. One that ended during the request may be.
   */
  async send<Body = unknown>(
    kind: string,
    expected: readonly (number | string)[],
    { method, path, key, body, headers, replica }: Request,
  ): Promise<Answer<Body>> {
    this.sent += 1;
    const requestId = `soak-${this.sent}`;
    const held = typeof key === 'object' ? key : undefined;
    const began = held?.state;
    const answer = await fetch(`${this.replicas[replica ?? this.sent % this.replicas.length]?.url}${path}`, {
      method,
      headers: {
        'X-Request-Id': requestId,
        // On a busy machine, a request could meet the end of a kept connection.
        Connection: 'close',
        ...(held !== undefined && { 'X-API-Key': held.text }),
        ...(typeof key === 'string' && { Authorization: `Bearer ${key}` }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const parsed = (text === '' ? {} : JSON.parse(text)) as Body & { code?: string };
    const { status } = answer;
    const code = status >= 400 ? parsed.code : undefined;
    const outcome = code ?? status;
    const isRefusal = REFUSALS.includes(String(outcome));
    const isExpected =
      began === 'ended'
        ? isRefusal
        : expected.includes(outcome) || (isRefusal && held !== undefined && held.state !== 'live');
    this.ledger.note(began === 'ended' ? `${kind} with an ended key` : kind, outcome, isExpected);
    if (isRefusal) this.ledger.unchanged.push(requestId);
    const replayed = answer.headers.get('idempotency-replayed') === 'true';
    return { requestId, status, code, replayed, body: parsed };
  }
}
