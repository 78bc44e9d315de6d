import type { components, ProblemCode } from './schema.js';

type Schemas = components['schemas'];

/** The problems that routes declare, each with its own members. */
type DeclaredProblem = {
  [Name in keyof Schemas]: Name extends 'Problem'
    ? never
    : Name extends `${string}Problem`
      ? Schemas[Name]
      : never;
}[keyof Schemas];

/**
 * What the server answers instead of what was asked for (RFC 9457), as a union by `code`. A newer server may send codes that are not in
 * it, so a `switch` needs a `default`.
 */
export type Problem =
  | DeclaredProblem
  | (Schemas['Problem'] & { code: Exclude<ProblemCode, DeclaredProblem['code']> });

/** The problem with one of these codes. */
export type ProblemOf<Code extends ProblemCode> = Extract<Problem, { code: Code }>;

/** The server refused the request, or could not do it now. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';

  /** @param retryAfterSeconds as the answer says; undefined: it does not say */
  constructor(
    readonly problem: Problem,
    readonly retryAfterSeconds?: number,
  ) {
    const { status, code, detail, requestId } = problem;
    super(`${status} ${code}: ${detail} (request ${requestId})`);
  }
}

/** Whether an error is a {@link ProblemError} with one of these codes. */
export function hasCode<Code extends ProblemCode>(
  error: unknown,
  ...codes: Code[]
): error is ProblemError & { readonly problem: ProblemOf<Code> } {
  return error instanceof ProblemError && codes.some((code) => code === error.problem.code);
}

/** There was no answer, for as long as the request was repeated. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';

  /** @param outcome `not-sent`: the server did not get the request; `unknown`: it may have done what was asked */
  constructor(
    what: string,
    readonly outcome: 'not-sent' | 'unknown',
    options: ErrorOptions,
  ) {
    const meaning = outcome === 'not-sent' ? 'The request was not sent.' : 'The outcome is unknown.';
    super(`${what} ${meaning}`, options);
  }
}

/** An answer that is not one of the registry's: of a proxy, or of another server. */
export class UnexpectedAnswerError extends Error {
  override readonly name = 'UnexpectedAnswerError';

  constructor(
    what: string,
    readonly status: number,
  ) {
    super(what);
  }
}

/** What a request of a client returns. */
export interface Answer {
  data?: unknown;
  error?: unknown;
  response: Response;
}

/** The type of a successful body; `undefined` is part of it if there may be none. */
export type DataOf<One extends Answer> = One extends { data: infer Data; error?: never } ? Data : never;

/**
 * The body of an answer.
 *
 * @throws ProblemError if the answer is a problem
 */
export async function unwrap<One extends Answer>(answer: One | PromiseLike<One>): Promise<DataOf<One>> {
  const { data, error, response } = await answer;
  const problem = asProblem(error);
  if (problem !== undefined) throw new ProblemError(problem, retryAfterOf(response));
  // Without an error, the answer is the member of the union that has the data.
  return data as DataOf<One>;
}

/** The value as a problem of the registry, if it is one. */
export function asProblem(value: unknown): Problem | undefined {
  return isProblem(value) ? value : undefined;
}

function isProblem(value: unknown): value is Problem {
  return (
    typeof value === 'object' &&
    value !== null &&
    'code' in value &&
    typeof value.code === 'string' &&
    'status' in value &&
    'requestId' in value
  );
}

/** Seconds. The registry sends a number, a proxy may send a date (RFC 9110, section 10.2.3). */
export function retryAfterOf({ headers }: Response): number | undefined {
  const value = headers.get('retry-after')?.trim();
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  const until = Date.parse(value);
  return Number.isNaN(until) ? undefined : Math.max(0, (until - Date.now()) / 1_000);
}
