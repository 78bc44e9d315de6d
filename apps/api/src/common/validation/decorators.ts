import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsArray, IsInt, Max, Min, ValidateBy, ValidateIf } from 'class-validator';
import { isNetwork } from './networks.js';
import { isRepositoryName } from './repositories.js';
import { parseDateTime } from './times.js';

/** The member may be left out, but not be `null`, which class-validator's `IsOptional` would let pass unlooked at. */
export function Optional() {
  return applyDecorators(
    ValidateIf((_, value) => value !== undefined),
    ApiPropertyOptional(),
  );
}

/** A JSON number without a fraction, from `least` to `most`. */
export function IntegerInRange(least: number, most: number) {
  return applyDecorators(
    ValidateBy({
      name: 'integerInRange',
      validator: {
        validate: (value: unknown) =>
          typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most,
        defaultMessage: (args) => `${args?.property} must be a whole number from ${least} to ${most}`,
      },
    }),
    ApiProperty({ type: 'integer', minimum: least, maximum: most }),
  );
}

/** A query parameter of plain digits, from `least` to `most`. The member becomes a number. */
export function QueryInteger(least: number, most: number) {
  return applyDecorators(
    Transform(({ value }) => (typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value)),
    IsInt({ message: '$property must be plain digits' }),
    Min(least),
    Max(most),
    ApiProperty({ type: 'integer', minimum: least, maximum: most }),
  );
}

/** A repository, `owner/repo`; with `{ each: true }` an array of them. */
export function RepositoryName({ each = false } = {}) {
  return applyDecorators(
    ...arrayIf(each),
    ValidateBy(
      {
        name: 'repositoryName',
        validator: {
          validate: isRepositoryName,
          defaultMessage: (args) =>
            `${each ? 'each value in ' : ''}${args?.property} must be a repository, "owner/repo"`,
        },
      },
      { each },
    ),
    ApiProperty({ type: String, isArray: each, example: each ? ['mosaic/bot'] : 'mosaic/bot' }),
  );
}

/** An array of addresses or CIDR networks as Postgres takes them for `inet`. */
export function CidrNetworks() {
  return applyDecorators(
    ...arrayIf(true),
    ValidateBy(
      {
        name: 'cidrNetwork',
        validator: {
          validate: isNetwork,
          defaultMessage: (args) =>
            `each value in ${args?.property} must be an IPv4 or IPv6 address or CIDR network`,
        },
      },
      { each: true },
    ),
    ApiProperty({ type: String, isArray: true, example: ['10.0.0.0/8', '2001:db8::/32'] }),
  );
}

/** A JSON object of any members, kept exactly as it came. */
export function JsonObject() {
  return applyDecorators(
    ValidateBy({
      name: 'jsonObject',
      validator: {
        validate: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
        defaultMessage: (args) => `${args?.property} must be a JSON object`,
      },
    }),
    ApiProperty({ type: 'object', additionalProperties: true }),
  );
}

/** Any JSON value, kept exactly as it came. */
export function JsonValue() {
  return applyDecorators(
    ValidateBy({ name: 'jsonValue', validator: { validate: () => true } }),
    ApiProperty({ description: 'any JSON value', type: 'object', additionalProperties: true }),
  );
}

/** An RFC 3339 date-time with an offset. The member becomes a Date. */
export function DateTime() {
  return dateTime('dateTime', 'must be a date-time with an offset, like 2030-01-31T12:00:00Z', () => true);
}

/** As {@link DateTime}, and not yet past. */
export function FutureDateTime() {
  return dateTime(
    'futureDateTime',
    'must be a date-time in the future, with an offset, like 2030-01-31T12:00:00Z',
    (value) => value.getTime() > Date.now(),
  );
}

function dateTime(name: string, rule: string, holds: (value: Date) => boolean) {
  return applyDecorators(
    Transform(({ value }) => parseDateTime(value) ?? value),
    ValidateBy({
      name,
      validator: {
        validate: (value) => value instanceof Date && holds(value),
        defaultMessage: (args) => `${args?.property} ${rule}`,
      },
    }),
    ApiProperty({ type: 'string', format: 'date-time' }),
  );
}

/** For `each` rules: class-validator holds a lone value to them as if it were an element. */
function arrayIf(each: boolean): PropertyDecorator[] {
  return each ? [IsArray()] : [];
}
