import { randomUUID } from 'node:crypto';
import type { ShownRecord } from '../../src/audit-log/reading/shown-record.js';
import type { TestApp } from '../support/app.js';

/** A workspace, and a coordinator that may touch it, made through the API. */
export interface Tenant {
  workspaceId: string;
  coordinatorId: string;
  keyId: string;
  apiKey: string;
}

export type Query = Record<string, string | number>;

/** The routes that the tests of the log go through, as short as they can be said. */
export class AuditApi {
  constructor(private readonly test: TestApp) {}

  /** @returns the parsed body */
  async send(
    method: 'get' | 'post' | 'patch' | 'delete',
    path: string,
    { key = this.test.adminKey, body }: { key?: string; body?: object } = {},
  ) {
    const request = this.test.http()[method](path);
    if (key !== '') request.set('Authorization', `Bearer ${key}`);
    return await (body === undefined ? request : request.send(body));
  }

  async tenant(
    of: { rateLimitPerMinute?: number; allowedNetworks?: string[]; permissions?: string[] } = {},
  ): Promise<Tenant> {
    const name = randomUUID();
    const { body: workspace } = await this.send('post', '/admin/workspaces', { body: { slug: name, name } });
    const { body } = await this.send('post', '/admin/coordinators', {
      body: { name, workspaceIds: [workspace.id], ...of },
    });
    return {
      workspaceId: workspace.id,
      coordinatorId: body.coordinator.id,
      keyId: body.key.id,
      apiKey: body.apiKey,
    };
  }

  async job(tenant: Tenant): Promise<string> {
    const { body } = await this.send('post', '/coordinator/jobs', {
      key: tenant.apiKey,
      body: { type: 'build', workspaceId: tenant.workspaceId },
    });
    return body.id;
  }

  /** The access key of an operator of role OPERATOR. */
  async operator(workspaceIds: string[] | null): Promise<string> {
    const { body } = await this.send('post', '/admin/operators', {
      body: { name: randomUUID(), role: 'OPERATOR', workspaceIds },
    });
    return body.accessKey;
  }

  page(query: Query = {}, key?: string) {
    const text = new URLSearchParams(
      Object.entries(query).map(([name, value]): [string, string] => [name, `${value}`]),
    );
    return this.send('get', `/audit-log?${text}`, { ...(key !== undefined && { key }) });
  }

  /** Every record that fits, page by page. */
  async walk(
    query: Query,
    key?: string,
    between: () => Promise<unknown> = async () => undefined,
  ): Promise<ShownRecord[]> {
    const records: ShownRecord[] = [];
    let cursor: string | null = null;
    do {
      const { status, body } = await this.page({ ...query, ...(cursor !== null && { cursor }) }, key);
      if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
      records.push(...body.items);
      cursor = body.nextCursor;
      await between();
    } while (cursor !== null);
    return records;
  }
}
