import { Global, Module } from '@nestjs/common';
import { getStorageToken, ThrottlerModule } from '@nestjs/throttler';
import { provenCaller } from '../common/access/caller.js';
import { MemoryRateLimitStorage, RateLimitStorage } from './rate-limit.storage.js';
import { RefusedKeys } from './refused-keys.js';
import { MINUTE_MS } from './sliding-window.js';

/**
 * Makes the RateLimitGuard available to every module. To count in another way, replace the {@link RateLimitStorage}
 * here.
 */
@Global()
@Module({
  imports: [
    ThrottlerModule.forRootAsync({
      useFactory: () => ({
        throttlers: [{ ttl: MINUTE_MS, limit: (context) => provenCaller(context).rateLimitPerMinute }],
        storage: new MemoryRateLimitStorage(),
      }),
    }),
  ],
  providers: [RefusedKeys, { provide: RateLimitStorage, useExisting: getStorageToken() }],
  exports: [RateLimitStorage, RefusedKeys],
})
export class RateLimitModule {}
