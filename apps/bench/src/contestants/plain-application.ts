import { type DynamicModule, Module, type Provider, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';

@Module({})
class PlainModule {}

/** Nest on Fastify with one controller only: no logger, no hooks, no global pipes, filters or guards. */
export function plainApplication(
  controller: Type,
  providers: Provider[] = [],
): Promise<NestFastifyApplication> {
  const module: DynamicModule = { module: PlainModule, controllers: [controller], providers };
  return NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter(), { logger: false });
}
