import { type DynamicModule, Module } from '@nestjs/common';
import { RightsCheck } from '../common/access/rights-check.js';
import { DATABASE_CONNECTION, type DatabaseConnection } from './connection.js';
import { DatabaseProbe } from './database-probe.js';
import { PostgresRightsCheck } from './postgres-rights-check.js';
import { EXPORT_PRISMA, MAINTENANCE_PRISMA, PrismaService, RESERVED_PRISMA } from './prisma.service.js';
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
        { provide: RESERVED_PRISMA, useFactory: () => PrismaService.reserved(connection) },
        { provide: EXPORT_PRISMA, useFactory: () => PrismaService.exporting(connection) },
        { provide: MAINTENANCE_PRISMA, useFactory: () => PrismaService.maintaining(connection) },
        DatabaseProbe,
        RightsDrain,
        { provide: RightsCheck, useClass: PostgresRightsCheck },
      ],
      exports: [
        DATABASE_CONNECTION,
        PrismaService,
        RESERVED_PRISMA,
        EXPORT_PRISMA,
        MAINTENANCE_PRISMA,
        DatabaseProbe,
        RightsDrain,
        RightsCheck,
      ],
    };
  }
}
