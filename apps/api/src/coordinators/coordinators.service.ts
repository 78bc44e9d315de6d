import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../common/access/caller.js';
import { type Page, readPage } from '../common/pagination/page.js';
import { InvalidRequestError } from '../common/problems/invalid-request.error.js';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import { afterStored } from '../database/database-errors.js';
import { RightsDrain } from '../database/rights-drain.js';
import { KeyIssuer } from '../keys/key-issuer.js';
import { CoordinatorIdentities } from './authentication/coordinator-identities.js';
import {
  COORDINATOR_PERMISSIONS,
  type Coordinator,
  type CoordinatorPermission,
  DEFAULT_PERMISSIONS,
  type ListedCoordinator,
  type RunsEnd,
  type VisibleCoordinator,
} from './coordinator.js';
import type { IssuedKey } from './coordinator-key.js';
import { CoordinatorsRepository } from './coordinators.repository.js';
import type {
  CoordinatorsQuery,
  DeleteCoordinatorQuery,
  RegisterCoordinatorRequest,
  UpdateCoordinatorRequest,
  VisibleCoordinatorsQuery,
} from './dto/coordinator.requests.js';
import { VisibleCoordinatorsRepository } from './visible-coordinators.repository.js';

@Injectable()
export class CoordinatorsService {
  constructor(
    private readonly coordinators: CoordinatorsRepository,
    private readonly visible: VisibleCoordinatorsRepository,
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
        permissions: inOrder(body.permissions ?? DEFAULT_PERMISSIONS),
        rateLimitPerMinute: body.rateLimitPerMinute ?? this.config.rateLimitPerMinute,
        maxRunning: body.maxRunning ?? null,
        allowedNetworks: body.allowedNetworks ?? [],
      },
      { ...stored, expiresAt: body.keyExpiresAt ?? null },
    );
    return { coordinator, key, apiKey: text };
  }

  find(caller: Caller, id: string): Promise<Coordinator> {
    return this.coordinators.find(caller, id);
  }

  list(caller: Caller, query: CoordinatorsQuery): Promise<Page<ListedCoordinator>> {
    return readPage(query, (range) => this.coordinators.list(caller, query, range));
  }

  listVisible(caller: Caller, query: VisibleCoordinatorsQuery): Promise<Page<VisibleCoordinator>> {
    return readPage(query, (range) => this.visible.list(caller, query, range));
  }

  async change(caller: Caller, id: string, body: UpdateCoordinatorRequest): Promise<Coordinator> {
    const { name, status, workspaceIds, permissions, rateLimitPerMinute, maxRunning, allowedNetworks } = body;
    if (body.runs !== undefined && status !== 'SUSPENDED') {
      throw InvalidRequestError.of('runs', 'runs is accepted only with the status SUSPENDED');
    }
    const runs = body.runs ?? 'leave';
    const change = {
      name,
      status,
      workspaceIds,
      permissions: permissions === undefined ? undefined : inOrder(permissions),
      rateLimitPerMinute,
      maxRunning,
      allowedNetworks,
    };
    const coordinator = await this.coordinators.change(caller, id, change, runs);
    this.identities.forget(id);
    // Also drain for a repeat that finds nothing to do: the first request may still be draining.
    const mayWithdraw =
      status === 'SUSPENDED' ||
      // A start that has begun may not know a new limit of RUNNING jobs.
      (workspaceIds ?? permissions ?? allowedNetworks ?? maxRunning ?? undefined) !== undefined;
    if (mayWithdraw) await this.drain.drain();
    if (status === 'SUSPENDED') await this.endLateRuns(caller, id, runs);
    return coordinator;
  }

  async delete(caller: Caller, id: string, { runs = 'requeue' }: DeleteCoordinatorQuery): Promise<void> {
    await this.coordinators.delete(caller, id, runs);
    this.identities.forget(id);
    await this.drain.drain();
    await this.endLateRuns(caller, id, runs);
  }

  /**
   * A request that began before the permission was withdrawn may have started an attempt after the attempts were ended.
   * This call ends it. After the drain has waited for that request, no further attempt begins.
   */
  private async endLateRuns(caller: Caller, id: string, runs: RunsEnd): Promise<void> {
    if (runs === 'leave') return;
    try {
      await this.coordinators.endRuns(caller, id, runs);
    } catch (error) {
      throw afterStored(
        error,
        'The change is stored, but some attempts may still be RUNNING. Send it again to be sure.',
      );
    }
  }
}

/** Without duplicates, in the order of {@link COORDINATOR_PERMISSIONS}. */
function inOrder(permissions: readonly CoordinatorPermission[]): CoordinatorPermission[] {
  return COORDINATOR_PERMISSIONS.filter((it) => permissions.includes(it));
}
