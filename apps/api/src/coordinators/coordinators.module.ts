import { Module } from '@nestjs/common';
import { KeysModule } from '../keys/keys.module.js';
import { OperatorsModule } from '../operators/operators.module.js';
import { CoordinatorAuthenticator } from './authentication/coordinator-authenticator.js';
import { CoordinatorIdentities } from './authentication/coordinator-identities.js';
import { KeyExpiryHeader } from './authentication/key-expiry-header.js';
import { KeyIdentitiesRepository } from './authentication/key-identities.repository.js';
import { KeyUseRecorder } from './authentication/key-use-recorder.js';
import { CoordinatorsController } from './coordinators.controller.js';
import { CoordinatorsRepository } from './coordinators.repository.js';
import { CoordinatorsService } from './coordinators.service.js';
import { EnvironmentKey } from './environment-key/environment-key.js';
import { EnvironmentKeysRepository } from './environment-key/environment-keys.repository.js';
import { AllKeysController } from './keys/all-keys.controller.js';
import { CoordinatorKeysController } from './keys/coordinator-keys.controller.js';
import { CoordinatorKeysRepository } from './keys/coordinator-keys.repository.js';
import { CoordinatorKeysService } from './keys/coordinator-keys.service.js';
import { EndingKeysMetric } from './keys/ending-keys-metric.js';
import { OwnKeyController } from './keys/own-key.controller.js';
import { VisibleCoordinatorsController } from './visible-coordinators.controller.js';
import { VisibleCoordinatorsRepository } from './visible-coordinators.repository.js';

/** Exports what the guard of `@CoordinatorAccess()` and the revocation of keys need. */
@Module({
  imports: [KeysModule, OperatorsModule],
  controllers: [
    AllKeysController,
    CoordinatorsController,
    CoordinatorKeysController,
    OwnKeyController,
    VisibleCoordinatorsController,
  ],
  providers: [
    CoordinatorAuthenticator,
    CoordinatorIdentities,
    CoordinatorKeysRepository,
    CoordinatorKeysService,
    CoordinatorsRepository,
    CoordinatorsService,
    EndingKeysMetric,
    EnvironmentKey,
    EnvironmentKeysRepository,
    KeyExpiryHeader,
    KeyIdentitiesRepository,
    KeyUseRecorder,
    VisibleCoordinatorsRepository,
  ],
  exports: [CoordinatorAuthenticator, CoordinatorIdentities, EnvironmentKey, KeyIdentitiesRepository],
})
export class CoordinatorsModule {}
