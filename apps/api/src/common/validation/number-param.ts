import { Param, type PipeTransform } from '@nestjs/common';
import { InvalidRequestError } from '../problems/invalid-request.error.js';

class NumberPipe implements PipeTransform<string, number> {
  constructor(private readonly name: string) {}

  transform(value: string): number {
    if (!/^\d{1,15}$/.test(value))
      throw InvalidRequestError.of(this.name, `${this.name} must be plain digits`);
    return Number(value);
  }
}

/** A path parameter of plain digits. Anything else gives 400 `invalid-request`. */
export const NumberParam = (name: string) => Param(name, new NumberPipe(name));
