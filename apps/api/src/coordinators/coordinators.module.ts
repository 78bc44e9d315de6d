import { Module } from '@nestjs/common';
import { KeysModule } from '../keys/keys.module.js';
import { OperatorsModule } from '../operators/operators.module.js';
import { CoordinatorAuthenticator } from './coordinator-authenticator.js';
import { CoordinatorIdentities } from './coordinator-identities.js';
import { CoordinatorKeysController } from './coordinator-keys.controller.js';
import { CoordinatorKeysRepository } from './coordinator-keys.repository.js';
import { CoordinatorKeysService } from './coordinator-keys.service.js';
import { CoordinatorsController } from './coordinators.controller.js';
import { CoordinatorsRepository } from './coordinators.repository.js';
import { CoordinatorsService } from './coordinators.service.js';
import { EnvironmentKey } from './environment-key.js';
import { EnvironmentKeysRepository } from './environment-keys.repository.js';
import { KeyRevocationController } from './key-revocation.controller.js';
import { KeyRevocationService } from './key-revocation.service.js';
import { KeyUseRecorder } from './key-use-recorder.js';

/** Exports what the guard of `@CoordinatorAccess()` needs. */
@Module({
  imports: [KeysModule, OperatorsModule],
  controllers: [CoordinatorsController, CoordinatorKeysController, KeyRevocationController],
  providers: [
    CoordinatorAuthenticator,
    CoordinatorIdentities,
    CoordinatorKeysRepository,
    CoordinatorKeysService,
    CoordinatorsRepository,
    CoordinatorsService,
    EnvironmentKey,
    EnvironmentKeysRepository,
    KeyRevocationService,
    KeyUseRecorder,
  ],
  exports: [CoordinatorAuthenticator, CoordinatorIdentities],
})
export class CoordinatorsModule {}
