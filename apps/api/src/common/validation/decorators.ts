import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsInt, Max, Min, ValidateIf } from 'class-validator';
import { isNetwork } from '../../config/networks.js';
import { ExactNumber } from '../exact-json.js';
import { About } from '../openapi/describe.js';
import { isRepositoryName } from './repositories.js';
import { ANY_JSON, Rule } from './rule.js';
import { parseDateTime } from './times.js';

/**
 * The member may be omitted, but not be `null`. The `IsOptional` of class-validator would accept `null` without a
 * check.
 */
export function Optional() {
  return ValidateIf((_, value) => value !== undefined);
}

/** A JSON number without a fraction, from `least` to `most`. */
export function IntegerInRange(least: number, most: number) {
  return Rule({
    name: 'integerInRange',
    schema: { type: 'integer', minimum: least, maximum: most },
    holds: (value) => typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most,
    says: `must be a whole number from ${least} to ${most}`,
  });
}

/** The maximum of an integer column. */
export const MAX_ISSUE_NUMBER = 2_147_483_647;

/** The number of an issue in its repository. */
export function IssueNumber() {
  return applyDecorators(IntegerInRange(1, MAX_ISSUE_NUMBER), About({ examples: [42] }));
}

/** The maximum of a number of plain digits, which have at most 15 places. */
export const MAX_QUERY_INTEGER = 999_999_999_999_999;

/** A query parameter of plain digits, from `least` to `most`. The member becomes a number. */
export function QueryInteger(least: number, most: number) {
  return applyDecorators(
    Transform(({ value }) => (typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value)),
    IsInt({ message: '$property must be plain digits' }),
    Min(least),
    Max(most),
  );
}

/** A repository, `owner/repo`; with `{ each: true }` an array of them. */
export function RepositoryName({ each = false } = {}) {
  return applyDecorators(
    ...arrayIf(each),
    Rule({
      name: 'repositoryName',
      schema: { type: 'string', maxLength: 200, examples: ['acme/shop'] },
      holds: isRepositoryName,
      says: 'must be a repository, "owner/repo"',
      each,
    }),
  );
}

const MAX_NETWORKS = 100;

/** An array of up to 100 addresses or CIDR networks that Postgres accepts as `inet`. */
export function CidrNetworks() {
  return applyDecorators(
    ...arrayIf(true),
    ArrayMaxSize(MAX_NETWORKS),
    Rule({
      name: 'cidrNetwork',
      schema: { type: 'string', maxLength: 64, examples: ['10.0.0.0/8'] },
      holds: isNetwork,
      says: 'must be an IPv4 or IPv6 address or CIDR network',
      each: true,
    }),
  );
}

/** A JSON object with any members, kept exactly as received. */
export function JsonObject() {
  return Rule({
    name: ANY_JSON,
    schema: { type: 'object', additionalProperties: true },
    holds: (value) =>
      typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber),
    says: 'must be a JSON object',
  });
}

/** Any JSON value, kept exactly as received. */
export function JsonValue() {
  return Rule({
    name: ANY_JSON,
    schema: { description: 'any JSON value' },
    holds: () => true,
    says: 'is any JSON value',
  });
}

/** An RFC 3339 date-time with an offset. The member becomes a Date. */
export function DateTime() {
  return dateTime('dateTime', 'must be a date-time with an offset, like 2030-01-31T12:00:00Z', () => true);
}

/** Like {@link DateTime}, and not in the past. */
export function FutureDateTime() {
  return dateTime(
    'futureDateTime',
    'must be a date-time in the future, with an offset, like 2030-01-31T12:00:00Z',
    (value) => value.getTime() > Date.now(),
  );
}

function dateTime(name: string, says: string, holds: (value: Date) => boolean) {
  return applyDecorators(
    Transform(({ value }) => parseDateTime(value) ?? value),
    Rule({
      name,
      schema: { type: 'string', format: 'date-time', examples: ['2030-01-31T12:00:00Z'] },
      holds: (value) => value instanceof Date && holds(value),
      says,
    }),
  );
}

/** For `each` rules: class-validator checks a single value as if it were an element. */
function arrayIf(each: boolean): PropertyDecorator[] {
  return each ? [IsArray()] : [];
}
