import { Module } from '@nestjs/common';
import { CountingStores, MemoryCountingStores } from './counting-store.js';

/** Provides the one {@link CountingStores} of the process. */
@Module({
  providers: [{ provide: CountingStores, useFactory: () => new MemoryCountingStores() }],
  exports: [CountingStores],
})
export class CountingModule {}
