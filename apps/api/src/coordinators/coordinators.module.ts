import { Module } from '@nestjs/common';
import { KeysModule } from '../keys/keys.module.js';
import { OperatorsModule } from '../operators/operators.module.js';
import { CoordinatorAuthenticator } from './authentication/coordinator-authenticator.js';
import { CoordinatorIdentities } from './authentication/coordinator-identities.js';
import { KeyIdentitiesRepository } from './authentication/key-identities.repository.js';
import { KeyUseRecorder } from './authentication/key-use-recorder.js';
import { CoordinatorsController } from './coordinators.controller.js';
import { CoordinatorsRepository } from './coordinators.repository.js';
import { CoordinatorsService } from './coordinators.service.js';
import { EnvironmentKey } from './environment-key/environment-key.js';
import { EnvironmentKeysRepository } from './environment-key/environment-keys.repository.js';
import { CoordinatorKeysController } from './keys/coordinator-keys.controller.js';
import { CoordinatorKeysRepository } from './keys/coordinator-keys.repository.js';
import { CoordinatorKeysService } from './keys/coordinator-keys.service.js';

/** Exports what the guard of `@CoordinatorAccess()` and the revocation of keys need. */
@Module({
  imports: [KeysModule, OperatorsModule],
  controllers: [CoordinatorsController, CoordinatorKeysController],
  providers: [
    CoordinatorAuthenticator,
    CoordinatorIdentities,
    CoordinatorKeysRepository,
    CoordinatorKeysService,
    CoordinatorsRepository,
    CoordinatorsService,
    EnvironmentKey,
    EnvironmentKeysRepository,
    KeyIdentitiesRepository,
    KeyUseRecorder,
  ],
  exports: [CoordinatorAuthenticator, CoordinatorIdentities, EnvironmentKey, KeyIdentitiesRepository],
})
export class CoordinatorsModule {}
