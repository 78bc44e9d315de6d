import { Module } from '@nestjs/common';
import { CountingModule } from '../rate-limit/counting.module.js';
import { CountingStores } from '../rate-limit/counting-store.js';
import { KeyIssuer } from './key-issuer.js';
import { VerificationLimits } from './verification-limits.js';

/** One {@link VerificationLimits} for all verifiers of the process, and one {@link KeyIssuer}. */
@Module({
  imports: [CountingModule],
  providers: [
    KeyIssuer,
    {
      provide: VerificationLimits,
      inject: [CountingStores],
      useFactory: (stores: CountingStores) => new VerificationLimits(stores, 'authentication'),
    },
  ],
  exports: [KeyIssuer, VerificationLimits],
})
export class KeysModule {}
