import { Injectable } from '@nestjs/common';
import type { Caller } from '../common/access/caller.js';
import { type Page, readPage } from '../common/pagination/page.js';
import { RightsDrain } from '../database/rights-drain.js';
import { KeyIssuer } from '../keys/key-issuer.js';
import type {
  CreateOperatorRequest,
  OperatorsQuery,
  UpdateOperatorRequest,
} from './dto/operator.requests.js';
import type { IssuedOperator, NewOperator, Operator, OperatorSelf } from './operator.js';
import { AdminLimitedError, WorkspacesMissingError } from './operators.errors.js';
import { OperatorsRepository } from './operators.repository.js';

@Injectable()
export class OperatorsService {
  constructor(
    private readonly operators: OperatorsRepository,
    private readonly issuer: KeyIssuer,
    private readonly drain: RightsDrain,
  ) {}

  async create(caller: Caller, request: CreateOperatorRequest): Promise<IssuedOperator> {
    const wanted = toNewOperator(request);
    const { text: accessKey, stored } = await this.issuer.issueFor(caller, 'cro_');
    return { operator: await this.operators.create(caller, wanted, stored), accessKey };
  }

  /** Like {@link create}, for a person on the command line of the server. */
  async createOnServer(request: CreateOperatorRequest): Promise<IssuedOperator> {
    const wanted = toNewOperator(request);
    const { text: accessKey, stored } = await this.issuer.issue('cro_');
    return { operator: await this.operators.createBySystem('operator-create', wanted, stored), accessKey };
  }

  find(caller: Caller, id: string): Promise<Operator> {
    return this.operators.find(caller, id);
  }

  findSelf(caller: Caller): Promise<OperatorSelf> {
    return this.operators.findSelf(caller);
  }

  list(caller: Caller, query: OperatorsQuery): Promise<Page<Operator>> {
    return readPage(query, (range) => this.operators.list(caller, query, range));
  }

  async change(
    caller: Caller,
    id: string,
    { name, role, workspaceIds, keyExpiresAt, allowedNetworks }: UpdateOperatorRequest,
  ): Promise<Operator> {
    const operator = await this.operators.change(caller, id, {
      name,
      role,
      workspaceIds: workspaceIds && asSet(workspaceIds),
      keyExpiresAt,
      allowedNetworks,
    });
    const mayWithdraw =
      role !== undefined ||
      workspaceIds !== undefined ||
      keyExpiresAt !== undefined ||
      allowedNetworks !== undefined;
    if (mayWithdraw) await this.drain.drain();
    return operator;
  }

  /** Drains also if the operator is already deleted: the first request may still be running. */
  async delete(caller: Caller, id: string): Promise<void> {
    await this.operators.delete(caller, id);
    await this.drain.drain();
  }

  async rotate(caller: Caller, id: string): Promise<IssuedOperator> {
    const { text: accessKey, stored } = await this.issuer.issueFor(caller, 'cro_');
    const operator = await this.operators.replaceKey(caller, id, stored);
    await this.drain.drain('The new key cannot be shown any more: another ADMIN can rotate it again.');
    return { operator, accessKey };
  }
}

/** @throws AdminLimitedError, WorkspacesMissingError */
function toNewOperator({
  name,
  role,
  workspaceIds: given,
  keyExpiresAt,
  allowedNetworks = [],
}: CreateOperatorRequest): NewOperator {
  if (role !== 'ADMIN' && given === undefined) throw new WorkspacesMissingError();
  const workspaceIds = given ?? null;
  if (role === 'ADMIN' && workspaceIds !== null) throw new AdminLimitedError();
  return {
    name,
    role,
    workspaceIds: workspaceIds && asSet(workspaceIds),
    keyExpiresAt: keyExpiresAt ?? null,
    allowedNetworks,
  };
}

/** Sorted and without duplicates, so that the same set is always the same array. */
function asSet(ids: readonly string[]): string[] {
  return [...new Set(ids.map((it) => it.toLowerCase()))].sort();
}
