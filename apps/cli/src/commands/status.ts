import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import {
  hasCode,
  type OperatorClient,
  type schema,
  UnreachableError,
  unwrap,
} from '@coordinator-registry/client';
import { addressOf, connect, targetOf } from '../connection.js';
import type { Context } from '../context.js';
import { EXIT } from '../exit-codes.js';

const ANSWER_WITHIN_MS = 10_000;

export function statusCommand(context: Context): CommandUnknownOpts {
  return new Command('status')
    .description('show how the server is, who you are, and how far the log is sealed')
    .action(async () => {
      const target = await targetOf(context.target);
      const health = await healthOf(addressOf(target.url));
      const operator = connect(target, context.output.isJson);
      const { name, role, permissions, workspaceIds, keyExpiresAt } = await unwrap(operator.GET('/me'));
      context.output.item({
        server: addressOf(target.url),
        status: health.status,
        checks: health.checks,
        sealed: permissions.includes('audit:read') ? await sealedOf(operator) : null,
        operator: { name, role, permissions, workspaceIds: workspaceIds ?? 'all', keyExpiresAt },
      });
      if (health.status === 'unavailable') process.exitCode = EXIT.unreachable;
    });
}

/** It is read without the key, and while the server is unavailable too. */
async function healthOf(url: string): Promise<schema.Health> {
  let answer: Response;
  try {
    answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UnreachableError(`GET /health/ready at ${url}: ${reason}.`, 'not-sent', { cause: error });
  }
  const body: unknown = await answer.json().catch(() => undefined);
  if (isHealth(body)) return body;
  throw new UnreachableError(
    `GET /health/ready at ${url}: the answer is ${answer.status}, and not from a Coordinator Registry.`,
    'unknown',
    {},
  );
}

function isHealth(body: unknown): body is schema.Health {
  return typeof body === 'object' && body !== null && 'status' in body && 'checks' in body;
}

async function sealedOf(operator: OperatorClient): Promise<{ records: number; at: string } | null> {
  try {
    const { size, sealedAt } = await unwrap(operator.GET('/audit-log/checkpoints/latest'));
    return { records: size, at: sealedAt };
  } catch (error) {
    if (hasCode(error, 'not-found')) return null;
    throw error;
  }
}
