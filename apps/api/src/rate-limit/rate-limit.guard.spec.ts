import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type ArgumentsHost,
  type CanActivate,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  Get,
  Injectable,
  Module,
  Req,
  UseGuards,
} from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { SkipThrottle, Throttle } from '@nestjs/throttler';
import type { FastifyReply, FastifyRequest } from 'fastify';
import request from 'supertest';
import { registerRequestStart } from '../common/http/request-start.js';
import { sourceAddressFinder } from '../common/http/source-address.js';
import { registerStopping } from '../common/http/stopping.js';
import { DomainError } from '../common/problems/domain-error.js';
import { CountingStores, MemoryCountingStores } from './counting-store.js';
import { RateLimitGuard } from './rate-limit.guard.js';
import { RateLimitModule } from './rate-limit.module.js';

/** Takes the caller from a header: `x-caller: <kind> <id> <kid> <limit>`. */
@Injectable()
class TrustingGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { headers, ctx } = context.switchToHttp().getRequest<FastifyRequest>();
    const [kind, id = '', kid = '', limit] = String(headers['x-caller']).split(' ');
    if (kind !== 'coordinator' && kind !== 'operator') return true;
    const { requestId, sourceAddress, userAgent } = ctx;
    ctx.caller = {
      kind,
      id,
      kid,
      keyId: kid,
      name: id,
      rateLimitPerMinute: Number(limit),
      permission: 'jobs:read',
      requestId,
      sourceAddress,
      userAgent,
    };
    return true;
  }
}

@Catch(DomainError)
class BareFilter implements ExceptionFilter<DomainError> {
  catch({ code, extra }: DomainError, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    reply.status(code === 'rate-limited' ? 429 : 404).send({ code, ...extra });
  }
}

@Controller()
@UseGuards(TrustingGuard, RateLimitGuard)
class JobsController {
  @Get('jobs')
  list() {
    return [];
  }

  /** As it is where Postgres refuses the key. */
  @Get('refused')
  refuse(@Req() { ctx }: FastifyRequest) {
    ctx.onKeyRefused?.();
    throw new DomainError('key-revoked', 'This key has been revoked.');
  }

  @SkipThrottle()
  @Get('unlimited')
  unlimited() {
    return [];
  }

  @Throttle({ default: { limit: 1 } })
  @Get('scarce')
  scarce() {
    return [];
  }

  @Get('missing')
  missing() {
    throw new DomainError('not-found', 'There is no such job.');
  }
}

@Module({ imports: [RateLimitModule], controllers: [JobsController] })
class LimitedModule {}

describe('RateLimitGuard', () => {
  let app: NestFastifyApplication;

  beforeEach(async () => {
    const module = await Test.createTestingModule({ imports: [LimitedModule] })
      .overrideProvider(CountingStores)
      .useValue(new MemoryCountingStores())
      .compile();
    app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), { logger: false });
    const fastify = app.getHttpAdapter().getInstance();
    registerStopping(fastify);
    registerRequestStart(fastify, sourceAddressFinder(false));
    app.useGlobalFilters(new BareFilter());
    await app.listen(0, '127.0.0.1');
  });

  afterEach(() => app.close());

  function get(caller: string, url = '/jobs') {
    return request(app.getHttpServer()).get(url).set('x-caller', caller);
  }

  it('accepts exactly the limit of simultaneous requests, over all keys and routes of the caller', async () => {
    const answers = await Promise.all(
      Array.from({ length: 130 }, (_, number) =>
        get(`coordinator c1 key${number % 2} 100`, number % 3 ? '/jobs' : '/missing'),
      ),
    );
    expect(answers.filter(({ status }) => status !== 429)).toHaveLength(100);
    expect((await get('coordinator c2 key3 100')).status).toBe(200);
    expect((await get('operator c1 key4 100')).status).toBe(200);
  });

  it('returns the rate limit headers with every response', async () => {
    const first = await get('coordinator c1 key 2');
    expect(first.headers).toMatchObject({ 'ratelimit-limit': '2', 'ratelimit-remaining': '1' });
    expect(first.headers).not.toHaveProperty('retry-after');
    const failed = await get('coordinator c1 key 2', '/missing');
    expect(failed.status).toBe(404);
    expect(failed.headers).toMatchObject({ 'ratelimit-limit': '2', 'ratelimit-remaining': '0' });
    const refused = await get('coordinator c1 key 2');
    expect(refused.headers).toMatchObject({ 'ratelimit-limit': '2', 'ratelimit-remaining': '0' });
    for (const { headers } of [first, failed, refused]) {
      expect(Number(headers['ratelimit-reset'])).toBeGreaterThan(0);
      expect(Number(headers['ratelimit-reset'])).toBeLessThanOrEqual(61);
    }
    expect(refused.body).toMatchObject({
      code: 'rate-limited',
      retryAfterSeconds: expect.any(Number),
      refusal: { action: 'rate.limited', reason: 'rate-limited' },
    });
  });

  it('counts a refused key separately from its coordinator', async () => {
    const remaining = async (caller: string, url?: string) => {
      const { status, headers } = await get(caller, url);
      return status === 429 ? 'none' : headers['ratelimit-remaining'];
    };
    expect(await remaining('coordinator c1 refused 2', '/refused')).toBe('1');
    expect(await remaining('coordinator c1 refused 2', '/refused')).toBe('1');
    expect(await remaining('coordinator c1 refused 2', '/refused')).toBe('0');
    expect(await remaining('coordinator c1 refused 2', '/refused')).toBe('none');
    expect(await remaining('coordinator c1 also 2', '/refused')).toBe('1');
    expect(await remaining('coordinator c1 good 2')).toBe('1');
    expect(await remaining('coordinator c1 good 2')).toBe('0');
    expect(await remaining('coordinator c1 good 2')).toBe('none');
  });

  it('uses the current limit of the caller', async () => {
    await get('coordinator c1 key 2');
    await get('coordinator c1 key 2');
    expect((await get('coordinator c1 key 2')).status).toBe(429);
    const raised = await get('coordinator c1 key 5');
    expect(raised.headers).toMatchObject({ 'ratelimit-limit': '5', 'ratelimit-remaining': '2' });
    expect((await get('coordinator c1 key 1')).status).toBe(429);
  });

  it('obeys the decorators of the library', async () => {
    expect((await get('coordinator c1 key 2', '/scarce')).status).toBe(200);
    expect((await get('coordinator c1 key 2', '/scarce')).status).toBe(429);
    for (let asked = 0; asked < 3; asked += 1) {
      const { status, headers } = await get('coordinator c1 key 2', '/unlimited');
      expect(status).toBe(200);
      expect(headers).not.toHaveProperty('ratelimit-limit');
    }
  });

  it('answers 500 on a route without a caller', async () => {
    expect((await get('nobody')).status).toBe(500);
  });
});
