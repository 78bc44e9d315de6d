import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import { DATABASE_CONNECTION, type DatabaseConnection } from '../database/connection.js';
import { withStartLock } from '../database/start-lock.js';
import { parseKey } from '../keys/key.js';
import { issueKey } from '../keys/stored-key.js';
import { KeyFile } from './key-file.js';
import type { NewOperator } from './operator.js';
import { OperatorsRepository } from './operators.repository.js';

/**
 * Creates the first operator, an ADMIN, if there has never been an operator. Replicas that start together take turns.
 *
 * The key is shown, or is in a pending file, before its operator is stored. So no operator exists whose key is lost,
 * whenever the process dies.
 */
@Injectable()
export class FirstAdmin {
  constructor(
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'bootstrapAdminKeyFile'>,
    @Inject(DATABASE_CONNECTION) private readonly connection: DatabaseConnection,
    private readonly operators: OperatorsRepository,
  ) {}

  /**
   * @param show receives one line for the person who starts the server, if there is something to report
   * @throws KeyFileError the key cannot be written to the configured file
   */
  async ensure(show: (line: string) => void): Promise<void> {
    const path = this.config.bootstrapAdminKeyFile;
    await withStartLock(this.connection, 'first-admin', async () => {
      if (path === undefined) await this.showOnce(show);
      else await this.leaveIn(new KeyFile(path), show);
    });
  }

  private async showOnce(show: (line: string) => void): Promise<void> {
    if (await this.operators.anyEver()) return;
    const { text, stored } = await issueKey('cro_');
    // Show the key before it is stored: if the process dies in between, the next start shows another one.
    show(`First admin key (shown once): ${text}`);
    await this.operators.createBySystem('first-start', FIRST_ADMIN, stored);
  }

  private async leaveIn(file: KeyFile, show: (line: string) => void): Promise<void> {
    const pending = await file.readPending();
    if (pending !== undefined) {
      // A previous start died, either before the operator was stored or after it.
      if (await this.isInForce(pending)) show(await file.publish());
      else await file.discardPending();
    }
    if (await this.operators.anyEver()) return;
    const { text, stored } = await issueKey('cro_');
    await file.writePending(text);
    await this.operators.createBySystem('first-start', FIRST_ADMIN, stored);
    show(await file.publish());
  }

  private async isInForce(key: string): Promise<boolean> {
    const kid = parseKey(key)?.kid;
    return kid !== undefined && (await this.operators.findIdentity(kid)) !== undefined;
  }
}

const FIRST_ADMIN: NewOperator = {
  name: 'First admin',
  role: 'ADMIN',
  workspaceIds: null,
  keyExpiresAt: null,
  allowedNetworks: [],
};
