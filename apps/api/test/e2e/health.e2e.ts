import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import request from 'supertest';
import { startServer } from '../support/app.js';

describe('/health and /metrics without Postgres', () => {
  let app: NestFastifyApplication;
  let dataDir: string;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'registry-health-'));
    app = await startServer('postgresql://nobody@127.0.0.1:1/none', { dataDir });
  });

  afterAll(async () => {
    await app.close();
    await rm(dataDir, { recursive: true });
  });

  it('live answers 200', async () => {
    await request(app.getHttpServer()).get('/health/live').expect(200, { status: 'ok', checks: {} });
  });

  it('ready answers 503', async () => {
    await request(app.getHttpServer())
      .get('/health/ready')
      .expect(503, { status: 'unavailable', checks: { database: 'unavailable', sealing: 'ok' } });
  });

  it('metrics answer 200 on the same machine', async () => {
    const { text } = await request(app.getHttpServer()).get('/metrics').expect(200);
    expect(text).toContain('http_request_duration_seconds_bucket');
  });
});
