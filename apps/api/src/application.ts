import type { LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import { createAdapter, setupApp } from './app.setup.js';
import type { AppConfig } from './config/app-config.js';
import type { DatabaseConnection } from './database/connection.js';
import { FirstAdmin } from './operators/first-admin.js';

/** The whole server, not yet initialised. */
export async function createApplication(
  config: AppConfig,
  connection: DatabaseConnection,
  logger: LoggerService,
): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot(config, connection),
    createAdapter(config),
    { logger, abortOnError: false },
  );
  await setupApp(app, config);
  return app;
}

/** @see FirstAdmin.ensure */
export async function ensureFirstAdmin(
  app: NestFastifyApplication,
  show: (line: string) => void,
): Promise<void> {
  await app.get(FirstAdmin, { strict: false }).ensure(show);
}
