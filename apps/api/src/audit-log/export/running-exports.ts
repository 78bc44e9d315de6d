import { EXPORT_SESSIONS } from '../../database/connection.js';
import { ExportsLimitedError } from '../audit-log.errors.js';

/** The exports that run in this process: at most one per operator, and not more than there are sessions for exports. */
export class RunningExports {
  private readonly operators = new Set<string>();

  /**
   * @returns a function that ends the export
   * @throws ExportsLimitedError
   */
  begin(operatorId: string): () => void {
    if (this.operators.has(operatorId)) throw new ExportsLimitedError('Your last export has not ended yet.');
    if (this.operators.size >= EXPORT_SESSIONS) {
      throw new ExportsLimitedError('Other exports are running, as many as this server runs at once.');
    }
    this.operators.add(operatorId);
    let ended = false;
    return () => {
      // After a second call: the operator may have begun another export meanwhile.
      if (!ended) this.operators.delete(operatorId);
      ended = true;
    };
  }
}
