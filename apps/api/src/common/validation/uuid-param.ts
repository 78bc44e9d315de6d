import { Param, type PipeTransform } from '@nestjs/common';
import { string } from '../json-schema.js';
import type { DescribedPipe } from '../openapi/handler-arguments.js';
import { InvalidRequestError } from '../problems/invalid-request.error.js';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Any UUID of any version, in the form that Postgres prints. */
export function isUuid(value: unknown): value is string {
  return typeof value === 'string' && UUID.test(value);
}

class UuidPipe implements PipeTransform<unknown, string>, DescribedPipe {
  readonly schema = string({ format: 'uuid' });

  constructor(private readonly name: string) {}

  transform(value: unknown): string {
    if (!isUuid(value)) throw InvalidRequestError.of(this.name, `${this.name} must be a UUID`);
    return value.toLowerCase();
  }
}

/** A path parameter that is a UUID, in lower case. Anything else gives 400 `invalid-request`. */
export const UuidParam = (name: string) => Param(name, new UuidPipe(name));
