import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** The parameters of a contestant's process. */
export interface Performance {
  /** the name of the file in this folder whose default export is the {@link Contestant} */
  name: string;
  /** the URL of its database; empty if it needs none */
  databaseUrl: string;
  /** `DATA_DIR` of the product */
  dataDir: string;
  /** the answer of `GET /coordinator/health` of the product, which every guarded route gives */
  answer: Record<string, unknown>;
}

/** Creates the application whose routes are measured. It does not listen yet. */
export type Contestant = (performance: Performance) => Promise<NestFastifyApplication>;

/** The number of sessions with Postgres, as in the product's server. */
export const SESSIONS = 20;
