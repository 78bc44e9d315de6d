import { DamagedCheckpointFileError } from './audit-log/sealing/checkpoint-file.js';
import {
  NotContinuedError,
  SealingHaltedError,
  SealOvertakenError,
} from './audit-log/sealing/sealing.errors.js';
import { DamagedExportError, MalformedProofError, UnusableKeyError } from './audit-proof/proof.errors.js';
import { DomainError } from './common/problems/domain-error.js';
import { ConfigurationError } from './config/configuration.error.js';
import { DatabaseNotReadyError } from './database/database-not-ready.error.js';
import { EmbeddedPostgresError } from './database/embedded/embedded-postgres.error.js';
import { MigrationError } from './database/migrations.js';
import { StartLockedError } from './database/start-lock.js';
import { KeyFileError } from './operators/key-file.js';

const SELF_EXPLANATORY = [
  ConfigurationError,
  DamagedCheckpointFileError,
  DamagedExportError,
  DatabaseNotReadyError,
  DomainError,
  EmbeddedPostgresError,
  KeyFileError,
  MalformedProofError,
  MigrationError,
  NotContinuedError,
  SealOvertakenError,
  SealingHaltedError,
  StartLockedError,
  UnusableKeyError,
];

/** Explains to the caller why the server or a command failed. An unexpected error includes its stack. */
export function explainFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (SELF_EXPLANATORY.some((type) => error instanceof type)) return error.message;
  if ('syscall' in error && error.syscall === 'listen') {
    return `cannot listen, ${error.message}; set PORT and HOST to an address of this machine that is free`;
  }
  return error.stack ?? error.message;
}
