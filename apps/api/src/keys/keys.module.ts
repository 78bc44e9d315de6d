import { Module } from '@nestjs/common';
import { KeyIssuer } from './key-issuer.js';
import { VerificationLimits } from './verification-limits.js';

/** One {@link VerificationLimits} for all verifiers of the process, and one {@link KeyIssuer}. */
@Module({
  providers: [KeyIssuer, { provide: VerificationLimits, useFactory: () => new VerificationLimits() }],
  exports: [KeyIssuer, VerificationLimits],
})
export class KeysModule {}
