import { Param, type PipeTransform } from '@nestjs/common';
import { integer, type Remarks } from '../json-schema.js';
import type { DescribedPipe } from '../openapi/handler-arguments.js';
import { InvalidRequestError } from '../problems/invalid-request.error.js';

class NumberPipe implements PipeTransform<string, number>, DescribedPipe {
  readonly schema;

  constructor(
    private readonly name: string,
    remarks: Remarks,
  ) {
    this.schema = integer({ minimum: 0, ...remarks });
  }

  transform(value: string): number {
    if (!/^\d{1,15}$/.test(value))
      throw InvalidRequestError.of(this.name, `${this.name} must be plain digits`);
    return Number(value);
  }
}

/** A path parameter of plain digits. Anything else gives 400 `invalid-request`. */
export const NumberParam = (name: string, remarks: Remarks = {}) =>
  Param(name, new NumberPipe(name, remarks));
