import { Module } from '@nestjs/common';
import { VerificationLimits } from './verification-limits.js';

/** One {@link VerificationLimits} for all the verifiers of the process. */
@Module({
  providers: [{ provide: VerificationLimits, useFactory: () => new VerificationLimits() }],
  exports: [VerificationLimits],
})
export class KeysModule {}
