import { join } from 'node:path';
import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { Counter, Gauge, Registry } from 'prom-client';
import type { VerifierKey } from '../../audit-proof/signed-note.js';
import { RecurringTask } from '../../common/recurring-task.js';
import { APP_CONFIG, type AppConfig } from '../../config/app-config.js';
import { DATABASE_CONNECTION, type DatabaseConnection } from '../../database/connection.js';
import { CHECKPOINTS_FILE, CheckpointFile } from './checkpoint-file.js';
import { keptSigningKey } from './kept-signing-key.js';
import { reasonOf } from './seal.js';
import { Sealer } from './sealer.js';
import { SealingHaltedError } from './sealing.errors.js';
import { type SigningKeys, signingKeys } from './signing-keys.js';

const EVERY_MS = 1_000;
/** Retry interval while halted. An operator needs longer than this to find the cause. */
const WHILE_HALTED_MS = 10_000;
/** Three times the heartbeat interval. */
const STALE_AFTER_MS = 180_000;

/**
 * `stale`: no process has sealed for three minutes. `halted`: this process has found a problem that an operator must
 * look at.
 */
export const SEALING_STATES = ['ok', 'stale', 'halted'] as const;
export type SealingState = (typeof SEALING_STATES)[number];

/** Runs the sealer's turn about once a second, and reports its state. */
@Injectable()
export class SealingService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('SealingService');
  private readonly elected: Gauge;
  private readonly halted: Gauge;
  private readonly sealed: Counter;
  private readonly path: string;
  private sealer: Sealer | undefined;
  private keys: SigningKeys | undefined;
  private readonly turns = new RecurringTask(
    'sealing the audit log',
    () => (this.isHalted ? WHILE_HALTED_MS : EVERY_MS),
    () => this.turn(),
  );
  /** time of the last known checkpoint, by the clock of the server that made it */
  private lastSealedAt: number | undefined;
  /** when this process first knew that checkpoint, by `performance.now()`: the clocks of two servers may differ */
  private lastSeenAt = performance.now();
  private complaint: string | undefined;
  private isHalted = false;

  constructor(
    @Inject(APP_CONFIG)
    private readonly config: Pick<AppConfig, 'auditSigningKey' | 'auditSigningKeyPrevious' | 'dataDir'>,
    @Inject(DATABASE_CONNECTION) private readonly connection: DatabaseConnection,
    registry: Registry,
  ) {
    this.path = join(config.dataDir, CHECKPOINTS_FILE);
    const registers = [registry];
    this.elected = new Gauge({
      name: 'audit_sealer_elected',
      help: '1 if this process is the one that seals the audit log',
      registers,
    });
    this.halted = new Gauge({
      name: 'audit_sealing_halted',
      help: '1 if sealing has stopped until a person has looked; the error log says at what',
      registers,
    });
    this.sealed = new Counter({
      name: 'audit_records_sealed_total',
      help: 'Audit records that this process has sealed',
      registers,
    });
    const age = () => this.age() / 1_000;
    new Gauge({
      name: 'audit_checkpoint_age_seconds',
      help: 'Since this process first saw the last checkpoint of the audit log, which comes once a minute at least',
      registers,
      collect() {
        this.set(age());
      },
    });
  }

  onApplicationBootstrap(): void {
    void this.turns.run();
    this.turns.start();
  }

  async onModuleDestroy(): Promise<void> {
    this.sealer?.stop();
    await this.turns.stop();
    await this.sealer?.close();
  }

  get state(): SealingState {
    if (this.isHalted) return 'halted';
    return this.age() > STALE_AFTER_MS ? 'stale' : 'ok';
  }

  /** What is wrong with sealing, for the administrators; undefined: nothing. */
  get trouble(): string | undefined {
    return this.complaint;
  }

  /** The public part of the present key, under the name of the log; undefined: the key is not read yet. */
  verifierKey(origin: string): VerifierKey | undefined {
    const signer = this.keys?.current.signer(origin);
    return signer && { name: signer.name, id: signer.id, publicKey: signer.publicKey };
  }

  private age(): number {
    return performance.now() - this.lastSeenAt;
  }

  private see(sealedAt: number): void {
    if (sealedAt === this.lastSealedAt) return;
    this.lastSealedAt = sealedAt;
    this.lastSeenAt = performance.now();
  }

  private async turn(): Promise<void> {
    try {
      this.sealer ??= await this.open();
      const { elected, sealed, lastSealedAt, fileProblem } = await this.sealer.turn();
      this.elected.set(elected ? 1 : 0);
      this.sealed.inc(sealed);
      if (lastSealedAt !== undefined) this.see(lastSealedAt.getTime());
      this.know(this.troubleOf(elected, fileProblem));
    } catch (error) {
      const halted = error instanceof SealingHaltedError;
      const reason = reasonOf(error);
      this.know(halted ? `sealing has STOPPED: ${reason}` : `cannot seal now: ${reason}`, halted);
      if (!halted) this.elected.set(0);
    }
  }

  private troubleOf(elected: boolean, fileProblem: string | undefined): string | undefined {
    if (fileProblem !== undefined) return fileProblem;
    if (elected || this.state !== 'stale') return undefined;
    return 'another process has the lease to seal, and seals nothing: see the error log of the other servers';
  }

  private async open(): Promise<Sealer> {
    const { auditSigningKey, auditSigningKeyPrevious } = this.config;
    const keys = signingKeys(auditSigningKey ?? (await this.keptKey()), auditSigningKeyPrevious);
    this.keys = keys;
    return new Sealer({ connection: this.connection, keys, file: new CheckpointFile(this.path) });
  }

  private async keptKey(): Promise<string> {
    const { pem, path, made } = await keptSigningKey(this.config.dataDir);
    if (made) {
      this.logger.warn(
        `AUDIT_SIGNING_KEY is not set: created a key that signs the audit log's checkpoints, in ${path}. Anyone who can read ` +
          'that file can sign checkpoints. In production, set a key that is stored elsewhere',
      );
    }
    return pem;
  }

  /** Logs each problem once, and once when it is over. */
  private know(complaint: string | undefined, halted = false): void {
    this.isHalted = halted;
    this.halted.set(halted ? 1 : 0);
    if (complaint === this.complaint) return;
    if (complaint !== undefined) this.logger.error(`audit log: ${complaint}`);
    else this.logger.log('audit log: sealing works again');
    this.complaint = complaint;
  }
}
