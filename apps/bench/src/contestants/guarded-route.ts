import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Inject,
  Injectable,
  UnauthorizedException,
  UseGuards,
} from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { plainApplication } from './plain-application.js';

/** @returns true if the key is valid */
export type Verify = (key: string) => Promise<boolean>;

const VERIFY = Symbol('VERIFY');
const ANSWER = Symbol('ANSWER');

@Injectable()
class VerifyingGuard implements CanActivate {
  constructor(@Inject(VERIFY) private readonly verify: Verify) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const key = context.switchToHttp().getRequest<FastifyRequest>().headers['x-api-key'];
    if (typeof key !== 'string' || !(await this.verify(key))) throw new UnauthorizedException();
    return true;
  }
}

@Controller('guarded')
@UseGuards(VerifyingGuard)
class GuardedController {
  constructor(@Inject(ANSWER) private readonly answer: Record<string, unknown>) {}

  @Get()
  read(): Record<string, unknown> {
    return this.answer;
  }
}

/** The bare route behind a guard that calls `verify`. */
export function guardedRoute(
  answer: Record<string, unknown>,
  verify: Verify,
): Promise<NestFastifyApplication> {
  return plainApplication(GuardedController, [
    VerifyingGuard,
    { provide: VERIFY, useValue: verify },
    { provide: ANSWER, useValue: answer },
  ]);
}
