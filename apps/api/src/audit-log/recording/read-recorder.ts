import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../../common/access/caller.js';
import { APP_CONFIG, type AppConfig } from '../../config/app-config.js';
import { AuditWriter, type JobRead } from './audit-writer.repository.js';

/** Records job reads if `AUDIT_READS` says so; otherwise does nothing. */
@Injectable()
export class ReadRecorder {
  private readonly active: boolean;

  constructor(
    @Inject(APP_CONFIG) { auditReads }: Pick<AppConfig, 'auditReads'>,
    private readonly writer: AuditWriter,
  ) {
    this.active = auditReads;
  }

  /**
   * Await it before the response is sent: a read that cannot be recorded must not be answered.
   *
   * @throws DomainError `database-unavailable`
   */
  async recordRead(caller: Caller, read: JobRead): Promise<void> {
    if (this.active) await this.writer.recordRead(caller, read);
  }
}
