import type { FastifyReply } from 'fastify';
import { SESSION_COOKIE } from '../common/http/credential.js';

/** The prefix `__Host-` requires `Secure`, `Path=/` and no domain. Without a lifetime, the browser may forget it when it closes. */
const ATTRIBUTES = 'Secure; HttpOnly; SameSite=Strict; Path=/';

export function setSessionCookie(reply: FastifyReply, token: string): void {
  void reply.header('Set-Cookie', `${SESSION_COOKIE}=${token}; ${ATTRIBUTES}`);
}

export function clearSessionCookie(reply: FastifyReply): void {
  void reply.header('Set-Cookie', `${SESSION_COOKIE}=; ${ATTRIBUTES}; Max-Age=0`);
}
