import { Injectable } from '@nestjs/common';
import { UseRecorder } from '../../keys/use-recorder.js';
import { KeyIdentitiesRepository } from './key-identities.repository.js';

/** Notes the uses of coordinators' keys, by the id of the key. */
@Injectable()
export class KeyUseRecorder extends UseRecorder {
  constructor(private readonly keys: KeyIdentitiesRepository) {
    super('keys');
  }

  protected store(uses: ReadonlyMap<string, number>): Promise<void> {
    return this.keys.noteUses(uses);
  }
}
