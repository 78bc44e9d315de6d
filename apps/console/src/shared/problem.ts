import { lastRetryAfter } from '../api';
import type { Problem, ProblemCode } from '../generated/schema';
import { OfflineError } from './online';

/** The problem document of a refused request. */
export type Refusal = Problem & Record<string, unknown>;

export function refusalOf(error: unknown): Refusal | undefined {
  return isRefusal(error) ? error : undefined;
}

export function hasCode(error: unknown, ...codes: ProblemCode[]): boolean {
  const code = refusalOf(error)?.code;
  return code !== undefined && codes.includes(code);
}

/** No answer arrived: for a change, that says nothing about whether it was made. */
export function isLost(error: unknown): boolean {
  return error instanceof TypeError;
}

/** One sentence for a person. */
export function explain(error: unknown): string {
  const refusal = refusalOf(error);
  if (error instanceof OfflineError) return 'You are offline. Nothing was changed.';
  if (refusal === undefined) {
    return isLost(error) ? 'The server does not answer.' : 'Something unexpected happened in the console.';
  }
  switch (refusal.code) {
    case 'internal-error':
      return `The server made an error. Report request ${refusal.requestId}.`;
    case 'too-many-failures':
      return `Too many wrong keys came from your address. Try again in ${lastRetryAfter.seconds} s.`;
    case 'rate-limited':
      return `You have used your requests of this minute. Go on in ${lastRetryAfter.seconds} s.`;
    case 'overloaded':
      return `The server is busy. Nothing was changed. Try again in ${lastRetryAfter.seconds} s.`;
    default:
      return refusal.detail;
  }
}

/** The messages of an invalid request, by the member at fault. */
export function memberErrors(error: unknown): Record<string, string> {
  const refusal = refusalOf(error);
  if (refusal?.code === 'already-exists' && typeof refusal.member === 'string') {
    const values = Array.isArray(refusal.values) ? refusal.values.map(String).join(', ') : '';
    return { [refusal.member]: `"${values}" is taken.` };
  }
  const errors: unknown = refusal?.errors;
  const found: Record<string, string> = {};
  for (const it of Array.isArray(errors) ? errors.filter(isMemberError) : []) {
    const [member = ''] = it.member.split('.');
    found[member] ??= it.message;
  }
  return found;
}

function isMemberError(value: unknown): value is { member: string; message: string } {
  return typeof value === 'object' && value !== null && 'member' in value && 'message' in value;
}

function isRefusal(error: unknown): error is Refusal {
  return (
    typeof error === 'object' && error !== null && 'code' in error && 'requestId' in error && 'title' in error
  );
}
