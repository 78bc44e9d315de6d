import type { OperatorClient } from '@coordinator-registry/client';
import type { Target } from './connection.js';
import type { Output } from './output/output.js';

/** What a command works with. */
export interface Context {
  /** @throws UsageError if there is no access key */
  operator(): Promise<OperatorClient>;
  readonly output: Output;
  /**
   * Asks before something that cannot be undone, unless `--yes` was given.
   *
   * @throws CancelledError if the answer is no
   */
  confirm(consequence: string): Promise<void>;
  /** `--profile` and `--url` */
  readonly target: Target;
}
