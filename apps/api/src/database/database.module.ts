import { type DynamicModule, Module } from '@nestjs/common';
import { RightsCheck } from '../common/access/rights-check.js';
import { DATABASE_CONNECTION, type DatabaseConnection } from './connection.js';
import { DatabaseProbe } from './database-probe.js';
import { DatabaseSessions, EXPORT_DATABASE, MAINTENANCE_DATABASE } from './database-sessions.js';
import { PostgresRightsCheck } from './postgres-rights-check.js';
import { PrismaService, RESERVED_PRISMA } from './prisma.service.js';
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
        { provide: EXPORT_DATABASE, useFactory: () => DatabaseSessions.exporting(connection) },
        { provide: MAINTENANCE_DATABASE, useFactory: () => DatabaseSessions.maintaining(connection) },
        DatabaseProbe,
        RightsDrain,
        { provide: RightsCheck, useClass: PostgresRightsCheck },
      ],
      exports: [
        DATABASE_CONNECTION,
        PrismaService,
        RESERVED_PRISMA,
        EXPORT_DATABASE,
        MAINTENANCE_DATABASE,
        DatabaseProbe,
        RightsDrain,
        RightsCheck,
      ],
    };
  }
}
