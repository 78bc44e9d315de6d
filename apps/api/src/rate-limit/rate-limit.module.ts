import { Global, Module } from '@nestjs/common';
import { getStorageToken, ThrottlerModule } from '@nestjs/throttler';
import { provenCaller } from '../common/access/caller.js';
import { CountingModule } from './counting.module.js';
import { CountingStores } from './counting-store.js';
import { RateLimitStorage } from './rate-limit.storage.js';
import { RefusedKeys } from './refused-keys.js';
import { MINUTE_MS } from './sliding-window.js';

/** Makes the RateLimitGuard available to every module. */
@Global()
@Module({
  imports: [
    ThrottlerModule.forRootAsync({
      imports: [CountingModule],
      inject: [CountingStores],
      useFactory: (stores: CountingStores) => ({
        throttlers: [{ ttl: MINUTE_MS, limit: (context) => provenCaller(context).rateLimitPerMinute }],
        storage: new RateLimitStorage(stores.open('requests')),
      }),
    }),
  ],
  providers: [RefusedKeys, { provide: RateLimitStorage, useExisting: getStorageToken() }],
  exports: [RateLimitStorage, RefusedKeys],
})
export class RateLimitModule {}
