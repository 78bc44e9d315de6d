import { createHash, timingSafeEqual } from 'node:crypto';
import { BlockList, isIPv6 } from 'node:net';
import {
  applyDecorators,
  type CanActivate,
  type ExecutionContext,
  Inject,
  Injectable,
  UseGuards,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { DeclareAccess } from '../common/access/access.js';
import { InvalidCredentialError, MissingCredentialError } from '../common/access/credential.errors.js';
import { unmapped } from '../common/http/request-context.js';
import { RequestRules } from '../common/http/request-rules.js';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');

/**
 * Lets in who sits at the other end of a loopback socket, and who sends `METRICS_TOKEN` as a bearer token. A forwarded address
 * is not looked at; a request that a proxy forwarded is not local, however near the proxy.
 */
@Injectable()
export class MonitoringGuard implements CanActivate {
  readonly #token: Buffer | undefined;

  constructor(@Inject(APP_CONFIG) { metricsToken }: AppConfig) {
    this.#token = metricsToken === undefined ? undefined : digest(metricsToken);
  }

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (isLocal(request)) return true;
    const { credential } = request.ctx;
    if (credential.kind === 'none') throw new MissingCredentialError();
    const proven =
      this.#token !== undefined &&
      credential.kind === 'presented' &&
      credential.scheme === 'bearer' &&
      timingSafeEqual(digest(credential.value), this.#token);
    if (!proven) throw new InvalidCredentialError();
    return true;
  }
}

/** For loopback and holders of the metrics token. */
export function MonitoringAccess() {
  return applyDecorators(DeclareAccess({ kind: 'monitoring' }), UseGuards(MonitoringGuard, RequestRules));
}

function isLocal({ raw, headers }: FastifyRequest): boolean {
  if (headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined) return false;
  const address = unmapped(raw.socket.remoteAddress ?? '');
  return loopback.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
