import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Body, Controller, Get, Headers, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { IsString, MaxLength } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import { CommonModule } from '../../src/common/common.module.js';
import { BodyLimit } from '../../src/common/http/body-limit.js';
import { createFastifyAdapter } from '../../src/common/http/fastify.js';
import { IdempotencyKey } from '../../src/common/http/idempotency-key.js';
import { assertJsonSize } from '../../src/common/http/json-body.js';
import { Public } from '../../src/common/http/public.decorator.js';
import { RefusalLog, type RefusedRequest } from '../../src/common/http/refusal-log.js';
import { cursorOf, PageQuery } from '../../src/common/pagination/page.query.js';
import { DomainError, type Refusal } from '../../src/common/problems/domain-error.js';
import { REQUEST_PROVIDERS } from '../../src/common/request-providers.js';
import {
  CidrNetworks,
  FutureDateTime,
  IntegerInRange,
  JsonObject,
  Optional,
  RepositoryName,
} from '../../src/common/validation/decorators.js';
import { UuidParam } from '../../src/common/validation/uuid-param.js';
import { loadConfig } from '../../src/config/app-config.js';

export class EchoBody {
  @IsString()
  @MaxLength(100)
  name!: string;

  @Optional()
  @IntegerInRange(0, 100)
  priority?: number;

  @Optional()
  @RepositoryName({ each: true })
  repositories?: string[];

  @Optional()
  @CidrNetworks()
  allowedNetworks?: string[];

  @Optional()
  @FutureDateTime()
  expiresAt?: Date;

  @Optional()
  @JsonObject()
  metadata?: Record<string, unknown>;
}

/** Routes that show what the common rules let through. */
@Controller()
@Public()
class EchoController {
  @Post('echo')
  @BodyLimit(1_024)
  @HttpCode(200)
  echo(@Body() body: EchoBody): EchoBody {
    assertJsonSize('metadata', body.metadata);
    return body;
  }

  @Post('any')
  @BodyLimit(1_024)
  @HttpCode(200)
  any(@Body() body: unknown): { body: unknown } {
    return { body };
  }

  @Post('small')
  @HttpCode(200)
  small(@Body() body: unknown): { body: unknown } {
    return { body };
  }

  @Get('list')
  list(@Query() query: PageQuery): unknown {
    return { limit: query.limit, after: cursorOf(query) ?? null };
  }

  @Get('things/:id')
  thing(@UuidParam('id') id: string): { id: string } {
    return { id };
  }

  @Get('names/:name')
  named(@Param('name') name: string): { name: string } {
    return { name };
  }

  @Get('context')
  context(@Req() request: FastifyRequest, @Headers() headers: IncomingHttpHeaders): unknown {
    return {
      ...request.ctx,
      headers,
      rawHeaders: request.raw.rawHeaders,
      distinct: request.raw.headersDistinct,
    };
  }

  @Get('idempotency')
  idempotency(@IdempotencyKey() key: string | undefined): { key: string | null } {
    return { key: key ?? null };
  }

  @Get('broken')
  broken(): never {
    throw new Error('connection string is postgres://user:hunter2@host/db');
  }

  @Get('refused')
  refused(): never {
    throw new DomainError('rate-limited', 'The limit is used up.', {
      retryAfterSeconds: 1.2,
      members: { limit: 100, status: 200 },
      refusal: { action: 'rate.limited', reason: 'rate-limited' },
    });
  }

  @Get('unauthenticated')
  unauthenticated(): never {
    throw new DomainError('missing-credential', 'This route needs a credential.', {
      refusal: { action: 'auth.denied', reason: 'missing-credential' },
    });
  }
}

@Controller()
class UndeclaredController {
  @Post('undeclared')
  undeclared(): string {
    return 'nobody should read this';
  }
}

export class RefusalsInMemory extends RefusalLog {
  readonly records: { refusal: Refusal; who: RefusedRequest }[] = [];

  override record(refusal: Refusal, who: RefusedRequest): void {
    this.records.push({ refusal, who });
  }
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  json(): Record<string, unknown>;
}

export interface HttpFixture {
  app: NestFastifyApplication;
  port: number;
  refusals: RefusalsInMemory;
  /** `headers` goes over the wire as it stands: name, value, name, value … */
  send(method: string, path: string, headers?: string[], body?: string | Buffer): Promise<Answer>;
  close(): Promise<void>;
}

/** The production set-up around throw-away routes. */
export async function startHttpFixture(env: NodeJS.ProcessEnv = {}): Promise<HttpFixture> {
  const config = loadConfig({ NODE_ENV: 'test', LOG_LEVEL: 'fatal', ...env });
  const refusals = new RefusalsInMemory();
  const module = await Test.createTestingModule({
    imports: [CommonModule],
    controllers: [EchoController, UndeclaredController],
    providers: [{ provide: RefusalLog, useValue: refusals }, ...REQUEST_PROVIDERS],
  }).compile();
  const app = module.createNestApplication<NestFastifyApplication>(createFastifyAdapter(config), {
    logger: false,
  });
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  return {
    app,
    port,
    refusals,
    send: (method, path, headers = [], body) => send(port, method, path, headers, body),
    close: () => app.close(),
  };
}

function send(
  port: number,
  method: string,
  path: string,
  headers: string[],
  body: string | Buffer | undefined,
): Promise<Answer> {
  const length = body === undefined ? [] : ['content-length', String(Buffer.byteLength(body))];
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { port, method, path, agent: false, headers: ['host', 'localhost', ...headers, ...length] },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text,
            json: () => JSON.parse(text) as Record<string, unknown>,
          });
        });
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}
