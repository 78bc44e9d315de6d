import { Module } from '@nestjs/common';
import { Registry } from 'prom-client';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import { CountingStores, MemoryCountingStores } from './counting-store.js';

/** Provides the one {@link CountingStores} of the process. */
@Module({
  providers: [
    {
      provide: CountingStores,
      inject: [APP_CONFIG, Registry],
      useFactory: async ({ redisUrls }: AppConfig, registry: Registry): Promise<CountingStores> => {
        if (redisUrls === undefined) return new MemoryCountingStores();
        const { RedisCountingStores } = await import('./redis/redis-counting-stores.js');
        return await RedisCountingStores.connect(redisUrls, registry);
      },
    },
  ],
  exports: [CountingStores],
})
export class CountingModule {}
