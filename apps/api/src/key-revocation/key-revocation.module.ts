import { Module } from '@nestjs/common';
import { CoordinatorsModule } from '../coordinators/coordinators.module.js';
import { KeysModule } from '../keys/keys.module.js';
import { OperatorsModule } from '../operators/operators.module.js';
import { CountingModule } from '../rate-limit/counting.module.js';
import { KeyRevocationController } from './key-revocation.controller.js';
import { KeyRevocationRepository } from './key-revocation.repository.js';
import { KeyRevocationService } from './key-revocation.service.js';

@Module({
  imports: [CoordinatorsModule, CountingModule, KeysModule, OperatorsModule],
  controllers: [KeyRevocationController],
  providers: [KeyRevocationRepository, KeyRevocationService],
})
export class KeyRevocationModule {}
