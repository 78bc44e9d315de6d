import { Module } from '@nestjs/common';
import { KeysModule } from '../keys/keys.module.js';
import { OperatorsModule } from '../operators/operators.module.js';
import { OidcController } from './oidc/oidc.controller.js';
import { OidcOperatorsRepository } from './oidc/oidc-operators.repository.js';
import { OidcSignIn } from './oidc/oidc-sign-in.js';
import { SessionController } from './session.controller.js';
import { SessionSweeper } from './session-sweeper.js';
import { SessionsController } from './sessions.controller.js';
import { SessionsRepository } from './sessions.repository.js';
import { SessionsService } from './sessions.service.js';

@Module({
  imports: [KeysModule, OperatorsModule],
  controllers: [OidcController, SessionController, SessionsController],
  providers: [OidcOperatorsRepository, OidcSignIn, SessionSweeper, SessionsRepository, SessionsService],
})
export class SessionsModule {}
