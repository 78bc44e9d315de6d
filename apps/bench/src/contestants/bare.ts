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

/** What a Nest route costs before anybody looks at a key. */
const bare: Contestant = ({ answer }) =>
  plainApplication(BareController, [{ provide: ANSWER, useValue: answer }]);
export default bare;
