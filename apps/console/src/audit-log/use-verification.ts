import { useState } from 'react';
import { client, LISTED } from '../api';
import type { AuditRecord } from '../generated/schema';
import { announce } from '../shared/announce';
import { explain } from '../shared/problem';
import { canCheck, checkProof, type Verdict } from './proof/check';

/** Checks many records against one checkpoint. */
export function useVerification() {
  const [verdicts, setVerdicts] = useState<ReadonlyMap<string, Verdict>>(new Map());
  const [summary, setSummary] = useState<string>();
  const [isPending, setPending] = useState(false);

  const verify = async (records: readonly AuditRecord[]): Promise<void> => {
    if (records.length === 0) return;
    if (!canCheck()) {
      setSummary('Copying and proof checks need https or localhost.');
      return;
    }
    setPending(true);
    try {
      const found = await verdictsOf(records);
      const text = summaryOf(found);
      setVerdicts(found);
      setSummary(text);
      announce(text);
    } catch (error) {
      setSummary(`The proofs could not be loaded. ${explain(error)}`);
    } finally {
      setPending(false);
    }
  };

  return {
    verify,
    isPending,
    summary,
    isBad: [...verdicts.values()].some(isBad),
    size: verdicts.size,
    verdictOf: (id: string) => verdicts.get(id),
  };
}

async function verdictsOf(records: readonly AuditRecord[]): Promise<Map<string, Verdict>> {
  const { data, error } = await client.GET('/audit-log/proofs', {
    params: { query: { ids: records.map(({ id }) => id) } },
    querySerializer: LISTED,
  });
  if (data === undefined) throw error;
  const verdicts = new Map<string, Verdict>();
  for (const record of records) {
    const item = data.items.find(({ recordId }) => recordId === record.id);
    if (item === undefined || !('leaf' in item) || data.checkpoint === null)
      verdicts.set(record.id, { kind: 'unsealed' });
    else verdicts.set(record.id, await checkProof(record, item, data.checkpoint));
  }
  return verdicts;
}

export function isBad({ kind }: Verdict): boolean {
  return kind === 'mismatch' || kind === 'wrong-signer' || kind === 'history-changed';
}

/** `48 verified, 2 not sealed yet.` */
function summaryOf(verdicts: ReadonlyMap<string, Verdict>): string {
  const count = (...kinds: Verdict['kind'][]): number =>
    [...verdicts.values()].filter(({ kind }) => kinds.includes(kind)).length;
  const parts = [
    [count('verified'), 'verified'],
    [count('consistent'), 'consistent, but no key is pinned'],
    [count('unsealed'), 'not sealed yet'],
    [count('mismatch'), 'do not match'],
    [count('wrong-signer'), 'with the wrong signer'],
    [count('history-changed'), 'of a changed history'],
    [count('unchecked'), 'not checked'],
  ] as const;
  return `${parts.flatMap(([number, text]) => (number === 0 ? [] : [`${number} ${text}`])).join(', ')}.`;
}
