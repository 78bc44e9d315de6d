import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** What a contestant's process is told. */
export interface Performance {
  /** of the file beside this one that exports its {@link Contestant} as default */
  name: string;
  /** of the database it works on; empty where it needs none */
  databaseUrl: string;
  /** `DATA_DIR` of the product */
  dataDir: string;
  /** what `GET /coordinator/health` of the product answered: every guarded route answers just that */
  answer: Record<string, unknown>;
}

/** Makes the application whose routes are to be measured. It does not listen yet. */
export type Contestant = (performance: Performance) => Promise<NestFastifyApplication>;

/** Sessions with Postgres, as many as the product's server has. */
export const SESSIONS = 20;
