import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../common/access/caller.js';
import { type Page, readPage } from '../common/pagination/page.js';
import type { PageQuery } from '../common/pagination/page.query.js';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import { RightsDrain } from '../database/rights-drain.js';
import { KeyIssuer } from '../keys/key-issuer.js';
import { CoordinatorIdentities } from './authentication/coordinator-identities.js';
import { COORDINATOR_PERMISSIONS, type Coordinator, type CoordinatorPermission } from './coordinator.js';
import type { IssuedKey } from './coordinator-key.js';
import { CoordinatorsRepository } from './coordinators.repository.js';
import type { RegisterCoordinatorRequest, UpdateCoordinatorRequest } from './dto/coordinator.requests.js';

@Injectable()
export class CoordinatorsService {
  constructor(
    private readonly coordinators: CoordinatorsRepository,
    private readonly identities: CoordinatorIdentities,
    private readonly issuer: KeyIssuer,
    private readonly drain: RightsDrain,
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'rateLimitPerMinute'>,
  ) {}

  async register(
    caller: Caller,
    body: RegisterCoordinatorRequest,
  ): Promise<{ coordinator: Coordinator } & IssuedKey> {
    const { text, stored } = await this.issuer.issueFor(caller, 'crk_');
    const { coordinator, key } = await this.coordinators.register(
      caller,
      {
        name: body.name,
        workspaceIds: body.workspaceIds,
        permissions: inOrder(body.permissions ?? COORDINATOR_PERMISSIONS),
        rateLimitPerMinute: body.rateLimitPerMinute ?? this.config.rateLimitPerMinute,
        allowedNetworks: body.allowedNetworks ?? [],
      },
      { ...stored, expiresAt: body.keyExpiresAt ?? null },
    );
    return { coordinator, key, apiKey: text };
  }

  find(caller: Caller, id: string): Promise<Coordinator> {
    return this.coordinators.find(caller, id);
  }

  list(caller: Caller, query: PageQuery): Promise<Page<Coordinator>> {
    return readPage(query, (range) => this.coordinators.list(caller, range));
  }

  async change(caller: Caller, id: string, body: UpdateCoordinatorRequest): Promise<Coordinator> {
    const { name, status, workspaceIds, permissions, rateLimitPerMinute, allowedNetworks } = body;
    const coordinator = await this.coordinators.change(caller, id, {
      name: name ?? null,
      status: status ?? null,
      workspaceIds: workspaceIds ?? null,
      permissions: permissions === undefined ? null : inOrder(permissions),
      rateLimitPerMinute: rateLimitPerMinute ?? null,
      allowedNetworks: allowedNetworks ?? null,
    });
    this.identities.forget(id);
    // Also for a repeat that finds it done: the first request may still be draining.
    const mayWithdraw =
      status === 'SUSPENDED' || (workspaceIds ?? permissions ?? allowedNetworks) !== undefined;
    if (mayWithdraw) await this.drain.drain();
    return coordinator;
  }

  async delete(caller: Caller, id: string): Promise<void> {
    await this.coordinators.delete(caller, id);
    this.identities.forget(id);
    await this.drain.drain();
  }
}

/** Each once, in the order of {@link COORDINATOR_PERMISSIONS}. */
function inOrder(permissions: readonly CoordinatorPermission[]): CoordinatorPermission[] {
  return COORDINATOR_PERMISSIONS.filter((it) => permissions.includes(it));
}
