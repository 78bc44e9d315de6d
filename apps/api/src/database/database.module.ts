import { type DynamicModule, Module } from '@nestjs/common';
import { DATABASE_CONNECTION, type DatabaseConnection } from './connection.js';
import { DatabaseProbe } from './database-probe.js';
import { PrismaService, REGISTRY_PRISMA } from './prisma.service.js';
import { RightsDrain } from './rights-drain.js';

@Module({})
export class DatabaseModule {
  static forRoot(connection: DatabaseConnection): DynamicModule {
    return {
      module: DatabaseModule,
      global: true,
      providers: [
        { provide: DATABASE_CONNECTION, useValue: connection },
        { provide: PrismaService, useFactory: () => PrismaService.over(connection) },
        { provide: REGISTRY_PRISMA, useFactory: () => PrismaService.forRegistry(connection) },
        DatabaseProbe,
        RightsDrain,
      ],
      exports: [DATABASE_CONNECTION, PrismaService, REGISTRY_PRISMA, DatabaseProbe, RightsDrain],
    };
  }
}
