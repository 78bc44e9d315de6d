import { createHash, timingSafeEqual } from 'node:crypto';
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
import { RequestRules } from '../common/http/request-rules.js';
import { addressIn, isWithin, networksOf, wasForwarded } from '../common/http/source-address.js';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';

const LOOPBACK = networksOf(['127.0.0.0/8', '::1']);

/**
 * Admits requests from a loopback socket, and requests with `METRICS_TOKEN` as a bearer token. A request that a proxy
 * forwarded is not local, even if the proxy is on this machine. A request for another host name is not local either: a
 * web page shown by a browser on this machine could point its own name here (DNS rebinding) and read the answer.
 */
@Injectable()
export class MonitoringGuard implements CanActivate {
  private readonly token: Buffer | undefined;

  constructor(@Inject(APP_CONFIG) { metricsToken }: AppConfig) {
    this.token = metricsToken === undefined ? undefined : digest(metricsToken);
  }

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (isLocal(request)) return true;
    const { credential } = request.ctx;
    if (credential.kind === 'none') throw new MissingCredentialError();
    const proven =
      this.token !== undefined &&
      credential.kind === 'presented' &&
      credential.scheme === 'bearer' &&
      timingSafeEqual(digest(credential.value), this.token);
    if (!proven) throw new InvalidCredentialError();
    return true;
  }
}

/** For callers from loopback and with the metrics token. */
export function MonitoringAccess() {
  return applyDecorators(DeclareAccess({ kind: 'monitoring' }), UseGuards(MonitoringGuard, RequestRules));
}

function isLocal({ raw }: FastifyRequest): boolean {
  if (wasForwarded(raw)) return false;
  return isWithin(addressIn(raw.socket.remoteAddress), LOOPBACK) && isLocalHost(raw.headers.host);
}

function isLocalHost(host = ''): boolean {
  return /^localhost(?::\d*)?$/i.test(host) || isWithin(addressIn(host), LOOPBACK);
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
