import type { LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import { createFastifyAdapter } from './common/http/fastify.js';
import type { AppConfig } from './config/app-config.js';
import type { DatabaseConnection } from './database/connection.js';
import { FirstAdmin } from './operators/first-admin.js';

/** The whole server, not yet initialised. */
export async function createApplication(
  config: AppConfig,
  connection: DatabaseConnection,
  logger: LoggerService,
): Promise<NestFastifyApplication> {
  return await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot(config, connection),
    createFastifyAdapter(config),
    { logger, abortOnError: false },
  );
}

/** @see FirstAdmin.ensure */
export async function ensureFirstAdmin(
  app: NestFastifyApplication,
  show: (line: string) => void,
): Promise<void> {
  await app.get(FirstAdmin, { strict: false }).ensure(show);
}
