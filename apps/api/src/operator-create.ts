import { parseArgs } from 'node:util';
import { type DynamicModule, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { createLogger } from './common/logging.js';
import { RequestValidationPipe } from './common/validation/request-validation.pipe.js';
import { loadConfig } from './config/app-config.js';
import { readEnvironment } from './config/environment.js';
import type { DatabaseConnection } from './database/connection.js';
import { DatabaseModule } from './database/database.module.js';
import { locateData } from './database/embedded/data-directory.js';
import { describeDatabase, prepareDatabase } from './database/prepare-database.js';
import { KeyIssuer } from './keys/key-issuer.js';
import { CreateOperatorRequest } from './operators/dto/operator.requests.js';
import { OperatorsRepository } from './operators/operators.repository.js';
import { OperatorsService } from './operators/operators.service.js';
import { explainFailure } from './start-failure.js';

/**
 * `npm run operator:create -- --name N --role ADMIN|OPERATOR|AUDITOR [--workspace ID … | --all-workspaces]`: creates an
 * operator and shows its key once. It may run while servers run. It needs access to the database, and asks for no key.
 */
class UsageError extends Error {
  constructor(message: string) {
    super(
      `${message}\nUsage: npm run operator:create -- --name NAME --role ADMIN|OPERATOR|AUDITOR [--workspace ID … | --all-workspaces]`,
    );
  }
}

@Module({})
class OperatorCreateModule {
  static over(connection: DatabaseConnection): DynamicModule {
    return {
      module: OperatorCreateModule,
      imports: [DatabaseModule.forRoot(connection)],
      providers: [OperatorsService, OperatorsRepository, KeyIssuer],
    };
  }
}

try {
  const request = await readRequest();
  const { config } = await locateData({ ...loadConfig(readEnvironment()), logLevel: 'warn' as const });
  const logger = createLogger(config);
  const database = await prepareDatabase(config, logger, { create: false });
  process.stderr.write(`Using ${describeDatabase(config)}.\n`);
  try {
    const app = await NestFactory.createApplicationContext(OperatorCreateModule.over(database.connection), {
      logger,
      abortOnError: false,
    });
    try {
      const { operator, accessKey } = await app.get(OperatorsService).createOnServer(request);
      process.stdout.write(`${operator.role} ${operator.id}, access key (shown once): ${accessKey}\n`);
    } finally {
      await app.close();
    }
  } finally {
    await database.stop();
  }
} catch (error) {
  const reason = error instanceof UsageError ? error.message : explainFailure(error);
  process.stderr.write(`No operator was created: ${reason}\n`);
  process.exitCode = 1;
}

/** Validated by the same rules as the body of `POST /admin/operators`. */
async function readRequest(): Promise<CreateOperatorRequest> {
  const { name, role, workspaceIds } = readOptions();
  const body = { name, role, ...(workspaceIds === undefined ? {} : { workspaceIds }) };
  const request = await new RequestValidationPipe().transform(body, {
    type: 'body',
    metatype: CreateOperatorRequest,
  });
  if (!(request instanceof CreateOperatorRequest)) throw new TypeError('not a request for an operator');
  return request;
}

/** `workspaceIds` null: all of them. */
function readOptions(): { name: string; role: string; workspaceIds: string[] | null | undefined } {
  const { name, role, workspace, 'all-workspaces': all = false } = parsedOptions();
  if (name === undefined || role === undefined) throw new UsageError('--name and --role are required');
  const limited = role === 'OPERATOR' || role === 'AUDITOR';
  if ((limited && workspace === undefined) !== all) {
    throw new UsageError(
      'an OPERATOR or AUDITOR needs either --workspace or --all-workspaces, and an ADMIN neither',
    );
  }
  return { name, role, workspaceIds: all ? null : workspace };
}

function parsedOptions() {
  try {
    const { values } = parseArgs({
      options: {
        name: { type: 'string' },
        role: { type: 'string' },
        workspace: { type: 'string', multiple: true },
        'all-workspaces': { type: 'boolean' },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
