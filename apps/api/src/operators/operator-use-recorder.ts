import { Injectable } from '@nestjs/common';
import { UseRecorder } from '../keys/use-recorder.js';
import { OperatorsRepository } from './operators.repository.js';

/** Notes the uses of operators' keys, by the id of the operator. */
@Injectable()
export class OperatorUseRecorder extends UseRecorder {
  constructor(private readonly operators: OperatorsRepository) {
    super("operators' keys");
  }

  protected store(uses: ReadonlyMap<string, number>): Promise<void> {
    return this.operators.noteUses(uses);
  }
}
