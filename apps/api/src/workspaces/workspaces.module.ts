import { Module } from '@nestjs/common';
import { OperatorsModule } from '../operators/operators.module.js';
import { VisibleWorkspacesController } from './visible-workspaces.controller.js';
import { VisibleWorkspacesRepository } from './visible-workspaces.repository.js';
import { WorkspacesController } from './workspaces.controller.js';
import { WorkspacesRepository } from './workspaces.repository.js';
import { WorkspacesService } from './workspaces.service.js';

@Module({
  imports: [OperatorsModule],
  controllers: [VisibleWorkspacesController, WorkspacesController],
  providers: [VisibleWorkspacesRepository, WorkspacesRepository, WorkspacesService],
})
export class WorkspacesModule {}
