import { randomUUID } from 'node:crypto';

type Body = Record<string, unknown>;

/** Puts data into a registry by its API, as a platform does. */
export class TestRegistry {
  constructor(
    readonly url: string,
    readonly adminKey: string,
  ) {}

  admin<T = Body>(method: string, path: string, body?: Body): Promise<T> {
    return this.send(method, path, { Authorization: `Bearer ${this.adminKey}` }, body);
  }

  coordinator<T = Body>(key: string, method: string, path: string, body?: Body): Promise<T> {
    return this.send(method, path, { 'X-API-Key': key }, body);
  }

  async workspace(slug: string, name = slug): Promise<string> {
    const { id } = await this.admin<{ id: string }>('POST', '/admin/workspaces', {
      id: randomUUID(),
      slug,
      name,
      repositories: [`${slug}/shop`],
    });
    return id;
  }

  async register(
    name: string,
    workspaceIds: string[],
  ): Promise<{ id: string; key: string; keyId: string; kid: string }> {
    const { coordinator, apiKey, key } = await this.admin<{
      coordinator: { id: string };
      apiKey: string;
      key: { id: string; kid: string };
    }>('POST', '/admin/coordinators', { name, workspaceIds });
    return { id: coordinator.id, key: apiKey, keyId: key.id, kid: key.kid };
  }

  /** A job of this workspace, waiting. */
  async job(key: string, workspaceId: string, more: Body = {}): Promise<string> {
    const { id } = await this.coordinator<{ id: string }>(key, 'POST', '/coordinator/jobs', {
      workspaceId,
      type: 'code-review',
      ...more,
    });
    return id;
  }

  async start(key: string, id: string, leaseSeconds = 600): Promise<void> {
    await this.coordinator(key, 'PATCH', `/coordinator/jobs/${id}/status`, {
      status: 'RUNNING',
      agentId: 'agent-1',
      agentType: 'reviewer',
      leaseSeconds,
    });
  }

  async progress(key: string, id: string, progressPercent: number, currentStep: string): Promise<void> {
    await this.coordinator(key, 'PATCH', `/coordinator/jobs/${id}/progress`, {
      progressPercent,
      currentStep,
      attempt: 1,
    });
  }

  async complete(key: string, id: string, result: unknown): Promise<void> {
    await this.coordinator(key, 'POST', `/coordinator/jobs/${id}/complete`, { result, attempt: 1 });
  }

  async fail(key: string, id: string, error: string): Promise<void> {
    await this.coordinator(key, 'POST', `/coordinator/jobs/${id}/fail`, {
      error,
      failedStep: 'tests',
      attempt: 1,
    });
  }

  async operator(
    name: string,
    role: string,
    workspaceIds: string[] | null = null,
  ): Promise<{ id: string; key: string }> {
    const { operator, accessKey } = await this.admin<{ operator: { id: string }; accessKey: string }>(
      'POST',
      '/admin/operators',
      { name, role, workspaceIds },
    );
    return { id: operator.id, key: accessKey };
  }

  /** The sessions of this operator end, as an administrator ends them. */
  async endSessionsOf(name: string): Promise<void> {
    const { items } = await this.admin<{ items: { id: string; operator: { name: string } }[] }>(
      'GET',
      '/sessions?limit=100',
    );
    for (const it of items.filter(({ operator }) => operator.name === name)) {
      await this.admin('DELETE', `/sessions/${it.id}`);
    }
  }

  private async send<T>(
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: Body,
  ): Promise<T> {
    const answer = await fetch(`${this.url}${path}`, {
      method,
      headers: { ...headers, ...(body !== undefined && { 'Content-Type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }
}
