import {
  InvalidKeyError,
  ProblemError,
  UnexpectedAnswerError,
  UnreachableError,
} from '@coordinator-registry/client';

export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  refused: 3,
  notFound: 4,
  conflict: 5,
  unreachable: 6,
  inconclusive: 7,
  tampering: 8,
  cancelled: 130,
} as const;

/** For the reference. */
export const EXIT_MEANINGS: Record<keyof typeof EXIT, string> = {
  ok: 'done; audit verify: the log holds as far as the checkpoints reach',
  failed: 'an error of the command or of the server',
  usage: 'the command line or a value is wrong, or a question could not be asked',
  refused: 'the server refused the access key, or the operator may not do this',
  notFound: 'there is no such thing, or the operator may not see it',
  conflict: 'the state of the thing does not allow it, or something has that name',
  unreachable: 'the server did not answer, is overloaded, or asked to wait too long',
  inconclusive: 'audit verify: nothing was verified, or it is inconclusive',
  tampering:
    'audit verify: the log is not the one that was sealed, or the key or the checkpoints are those of another log',
  cancelled: 'a question was answered with no, or the command was interrupted',
};

/** The command line is wrong. */
export class UsageError extends Error {}
/** The server has nothing of that name. */
export class NotFoundError extends Error {}
/** Some of several changes failed. */
export class PartlyFailedError extends Error {
  /** @param failures one or more, each with the id of the thing */
  constructor(readonly failures: readonly [id: string, error: unknown][]) {
    super('some changes failed');
  }
}
/** An answer did not come to its end. */
export class BrokenOffError extends Error {}
/** A prompt was answered with no. */
export class CancelledError extends Error {}

export function exitCodeOf(error: unknown): number {
  if (error instanceof ProblemError) return ofProblem(error.problem);
  if (error instanceof UnreachableError || error instanceof UnexpectedAnswerError) return EXIT.unreachable;
  if (error instanceof BrokenOffError) return EXIT.unreachable;
  if (error instanceof UsageError || error instanceof InvalidKeyError) return EXIT.usage;
  if (error instanceof NotFoundError) return EXIT.notFound;
  if (error instanceof CancelledError) return EXIT.cancelled;
  return EXIT.failed;
}

function ofProblem({ status, code }: ProblemError['problem']): number {
  // Then the address is wrong.
  if (code === 'route-not-found') return EXIT.usage;
  switch (status) {
    case 401:
    case 403:
      return EXIT.refused;
    case 404:
      return EXIT.notFound;
    case 409:
    case 410:
    case 412:
    case 422:
      return EXIT.conflict;
    case 429:
    case 502:
    case 503:
    case 504:
      return EXIT.unreachable;
    default:
      return status < 500 ? EXIT.usage : EXIT.failed;
  }
}
