import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, Max, Min, ValidateBy, ValidateIf } from 'class-validator';
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

/**
 * A JSON object of any members, kept exactly as it came. class-transformer alone would drop members that share a name with a
 * method of Object (`toString`, `constructor`).
 */
export function JsonObject() {
  return applyDecorators(
    Transform(({ obj, key }: { obj: Record<string, unknown>; key: string }) => obj[key]),
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

/** Any JSON value, kept exactly as it came; see {@link JsonObject}. */
export function JsonValue() {
  return applyDecorators(
    Transform(({ obj, key }: { obj: Record<string, unknown>; key: string }) => obj[key]),
    ValidateBy({ name: 'jsonValue', validator: { validate: () => true } }),
    ApiProperty({ description: 'any JSON value', type: 'object', additionalProperties: true }),
  );
}

/** An RFC 3339 date-time with an offset. The member becomes a Date. */
export function DateTime() {
  return applyDecorators(
    Transform(({ value }) => parseDateTime(value) ?? value),
    ValidateBy({
      name: 'dateTime',
      validator: {
        validate: (value) => value instanceof Date,
        defaultMessage: (args) =>
          `${args?.property} must be a date-time with an offset, like 2030-01-31T12:00:00Z`,
      },
    }),
    ApiProperty({ type: 'string', format: 'date-time' }),
  );
}

/** As {@link DateTime}, and not yet past. */
export function FutureDateTime() {
  return applyDecorators(
    DateTime(),
    ValidateBy({
      name: 'future',
      validator: {
        validate: (value) => value instanceof Date && value.getTime() > Date.now(),
        defaultMessage: (args) => `${args?.property} must lie in the future`,
      },
    }),
  );
}
