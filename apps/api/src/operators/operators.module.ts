import { Module } from '@nestjs/common';
import { KeysModule } from '../keys/keys.module.js';
import { FirstAdmin } from './first-admin.js';
import { MeController } from './me.controller.js';
import { OperatorAuthenticator } from './operator-authenticator.js';
import { OperatorsController } from './operators.controller.js';
import { OperatorsRepository } from './operators.repository.js';
import { OperatorsService } from './operators.service.js';

/** Exports what the guard of `@OperatorAccess()` and the revocation of keys need. */
@Module({
  imports: [KeysModule],
  controllers: [MeController, OperatorsController],
  providers: [FirstAdmin, OperatorAuthenticator, OperatorsRepository, OperatorsService],
  exports: [OperatorAuthenticator, OperatorsRepository],
})
export class OperatorsModule {}
