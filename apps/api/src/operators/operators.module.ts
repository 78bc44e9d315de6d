import { Module } from '@nestjs/common';
import { KeysModule } from '../keys/keys.module.js';
import { FirstAdmin } from './first-admin.js';
import { MeController } from './me.controller.js';
import { OperatorAuthenticator } from './operator-authenticator.js';
import { OperatorUseRecorder } from './operator-use-recorder.js';
import { OperatorsController } from './operators.controller.js';
import { OperatorsRepository } from './operators.repository.js';
import { OperatorsService } from './operators.service.js';
import { SessionAuthenticator } from './session-authenticator.js';
import { SessionIdentitiesRepository } from './session-identities.repository.js';

/** Exports what the guard of `@OperatorAccess()` and the revocation of keys need. */
@Module({
  imports: [KeysModule],
  controllers: [MeController, OperatorsController],
  providers: [
    FirstAdmin,
    OperatorAuthenticator,
    OperatorUseRecorder,
    OperatorsRepository,
    OperatorsService,
    SessionAuthenticator,
    SessionIdentitiesRepository,
  ],
  exports: [OperatorAuthenticator, OperatorUseRecorder, OperatorsRepository, SessionAuthenticator],
})
export class OperatorsModule {}
