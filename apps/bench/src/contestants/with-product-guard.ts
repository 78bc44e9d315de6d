import { AppModule } from '@coordinator-registry/api/app.module.js';
import { createFastifyAdapter } from '@coordinator-registry/api/common/http/fastify.js';
import { loadConfig } from '@coordinator-registry/api/config/app-config.js';
import { CoordinatorAccess } from '@coordinator-registry/api/coordinators/authentication/coordinator-access.decorator.js';
import { CoordinatorsModule } from '@coordinator-registry/api/coordinators/coordinators.module.js';
import { Controller, type DynamicModule, Get, Inject, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Contestant } from './contestant.js';

const ANSWER = Symbol('ANSWER');

@Controller('guarded')
class GuardedController {
  constructor(@Inject(ANSWER) private readonly answer: Record<string, unknown>) {}

  @Get()
  @CoordinatorAccess()
  read(): Record<string, unknown> {
    return this.answer;
  }
}

@Module({})
class WithProductGuardModule {}

/** The bare route in the product's application, with its guard and limiter. */
const withProductGuard: Contestant = async ({ databaseUrl, dataDir, answer }) => {
  const config = loadConfig({ DATA_DIR: dataDir, LOG_LEVEL: 'warn' });
  const module: DynamicModule = {
    module: WithProductGuardModule,
    imports: [AppModule.forRoot(config, { url: databaseUrl }), CoordinatorsModule],
    controllers: [GuardedController],
    providers: [{ provide: ANSWER, useValue: answer }],
  };
  return await NestFactory.create<NestFastifyApplication>(module, createFastifyAdapter(config), {
    logger: false,
    abortOnError: false,
  });
};
export default withProductGuard;
