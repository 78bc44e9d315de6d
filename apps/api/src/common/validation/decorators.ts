import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsInt,
  IsNotEmpty,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateIf,
} from 'class-validator';
import { isNetwork } from '../../config/networks.js';
import { ExactNumber } from '../exact-json.js';
import { HasForm } from '../http/repeated-members.js';
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
    holds: (value) => isWhole(value, least, most),
    says: `must be a whole number from ${least} to ${most}`,
  });
}

export function isWhole(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
}

const MAX_RUNNING = 100_000;

/** How many jobs may be RUNNING at the same time; null: any number. */
export function MaxRunning() {
  return applyDecorators(
    Optional(),
    Rule({
      name: 'maxRunning',
      schema: { type: ['integer', 'null'], minimum: 1, maximum: MAX_RUNNING, examples: [20] },
      holds: (value) => value === null || isWhole(value, 1, MAX_RUNNING),
      says: `must be a whole number from 1 to ${MAX_RUNNING}, or null`,
    }),
    About({ description: 'how many jobs may be RUNNING at the same time; null: any number' }),
  );
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

/** A query parameter that may be repeated. The member becomes an array. Add the rules of its elements. */
export function Repeated(most: number, read: (text: unknown) => unknown = (text) => text) {
  return applyDecorators(
    HasForm('repeated'),
    Transform(({ value }) => (value === undefined ? value : [value].flat().map(read))),
    IsArray(),
    ArrayMaxSize(most),
  );
}

const MAX_IDS = 100;

/** A query parameter of up to 100 ids with commas between them. The member becomes an array. */
export function IdList() {
  return applyDecorators(
    HasForm('listed'),
    Transform(({ value }) => (typeof value === 'string' ? value.split(',') : value)),
    IsArray(),
    ArrayMaxSize(MAX_IDS),
    IsUUID('loose', { each: true }),
  );
}

/** A query parameter with which names begin, whatever the case of its letters. */
export function Search(what: string) {
  return applyDecorators(
    Optional(),
    IsString(),
    IsNotEmpty(),
    MaxLength(200),
    About({
      description: `only those whose ${what} begins with this text, in upper or lower case`,
      examples: ['orch'],
    }),
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

/** An address or CIDR network that Postgres accepts as `inet`. */
export function CidrNetwork({ each = false } = {}) {
  return Rule({
    name: 'cidrNetwork',
    schema: { type: 'string', maxLength: 64, examples: ['10.0.0.0/8'] },
    holds: isNetwork,
    says: 'must be an IPv4 or IPv6 address or CIDR network',
    each,
  });
}

/** An array of up to 100 addresses or CIDR networks that Postgres accepts as `inet`. */
export function CidrNetworks() {
  return applyDecorators(...arrayIf(true), ArrayMaxSize(MAX_NETWORKS), CidrNetwork({ each: true }));
}

/** The public part of a key. */
export function Kid() {
  return applyDecorators(
    Matches(/^[0-9A-Za-z]{16}$/, { message: '$property must be the kid of a key: 16 letters and digits' }),
    About({ examples: ['0A1b2C3d4E5f6G7h'] }),
  );
}

/** JSON's true or false. */
export function TrueOrFalse() {
  return Rule({
    name: 'trueOrFalse',
    schema: { type: 'boolean' },
    holds: (value) => typeof value === 'boolean',
    says: 'must be true or false',
  });
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
