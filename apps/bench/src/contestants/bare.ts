import { Controller, Get, Inject } from '@nestjs/common';
import type { Contestant } from './contestant.js';
import { plainApplication } from './plain-application.js';

const ANSWER = Symbol('ANSWER');

@Controller('guarded')
class BareController {
  constructor(@Inject(ANSWER) private readonly answer: Record<string, unknown>) {}

  @Get()
  read(): Record<string, unknown> {
    return this.answer;
  }
}

/** A Nest route without a check of a key. */
const bare: Contestant = ({ answer }) =>
  plainApplication(BareController, [{ provide: ANSWER, useValue: answer }]);
export default bare;
