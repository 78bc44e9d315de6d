import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { client } from '../api';
import type { AuditRecord } from '../generated/schema';
import { announce } from '../shared/announce';
import { copyText } from '../shared/copy';
import { saveText } from '../shared/download';
import { formatDate, formatFull, formatNumber } from '../shared/format';
import { explain, hasCode } from '../shared/problem';
import { PinKeyDialog } from './PinKeyDialog';
import classes from './ProofSection.module.css';
import { canCheck, checkProof, type Verdict } from './proof/check';
import { useRememberedLog } from './proof/pinned-key';
import { VerdictBadge } from './VerdictBadge';

const AGAIN_MS = 2_000;

/** Proves in this browser that the record is in the sealed log, and says what that is worth. */
export function ProofSection({ record }: { record: AuditRecord }) {
  const { key } = useRememberedLog();
  // Another key gives another verdict.
  return <CheckedProof key={`${record.id} ${key?.text}`} record={record} />;
}

function CheckedProof({ record }: { record: AuditRecord }) {
  const [verdict, setVerdict] = useState<Verdict>();
  const [proof, setProof] = useState<unknown>();
  const [isPinning, setPinning] = useState(false);

  useEffect(() => {
    let isCurrent = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const check = async (): Promise<void> => {
      const [found, evidence] = await verdictOf(record);
      if (!isCurrent) return;
      setVerdict(found);
      setProof(evidence);
      announce(sentenceOf(found));
      if (found.kind === 'unsealed') timer = setTimeout(() => void check(), AGAIN_MS);
    };
    void check();
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [record]);

  return (
    <section className={classes.proof} aria-label="Proof">
      <div className={classes.head}>
        <h3 className="section-title">Proof</h3>
        <VerdictBadge verdict={verdict} />
      </div>
      <p>{verdict === undefined ? 'Checking…' : sentenceOf(verdict)}</p>
      <div className={classes.actions}>
        {verdict?.kind === 'verified' && (
          <Button size="xs" variant="default" onClick={() => void copyText(JSON.stringify(proof, null, 2))}>
            Copy proof
          </Button>
        )}
        {verdict?.kind === 'verified' && verdict.erased && (
          <Button
            size="xs"
            variant="subtle"
            component={Link}
            to={`/log?action=audit.erased&resource=${record.actorId ?? ''}`}
          >
            See erasure
          </Button>
        )}
        {verdict?.kind === 'consistent' && (
          <Button size="xs" variant="default" onClick={() => setPinning(true)}>
            Pin a key
          </Button>
        )}
        {verdict?.kind === 'wrong-signer' && (
          <Button size="xs" variant="default" onClick={() => setPinning(true)}>
            Compare keys
          </Button>
        )}
        {verdict !== undefined && 'evidence' in verdict && (
          <Button
            size="xs"
            variant="default"
            onClick={() => saveText(`evidence-${record.id}.json`, JSON.stringify(verdict.evidence, null, 2))}
          >
            Download evidence
          </Button>
        )}
      </div>
      <p className={classes.note}>
        This check runs in code from the same server. For an independent check, run{' '}
        <span className="mono">audit:verify</span> offline.
      </p>
      {isPinning && <PinKeyDialog onClose={() => setPinning(false)} />}
    </section>
  );
}

async function verdictOf(record: AuditRecord): Promise<[Verdict, unknown]> {
  if (!canCheck()) return [{ kind: 'unchecked', why: 'Proof checks need https or localhost.' }, undefined];
  try {
    const { data, error } = await client.GET('/audit-log/{id}/proof', {
      params: { path: { id: record.id } },
    });
    if (hasCode(error, 'record-unsealed')) return [{ kind: 'unsealed' }, undefined];
    if (data === undefined) return [{ kind: 'unchecked', why: explain(error) }, undefined];
    return [await checkProof(record, data, data.checkpoint), data];
  } catch (error) {
    const why = error instanceof Error && !(error instanceof TypeError) ? error.message : explain(error);
    return [{ kind: 'unchecked', why }, undefined];
  }
}

function sentenceOf(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'verified':
      return verdict.erased
        ? 'Address or browser were erased. Everything else is verified.'
        : `This browser verified the record at position ${formatNumber(verdict.position)} against checkpoint ${formatNumber(verdict.checkpoint.seq)}, signed at ${formatFull(Date.parse(verdict.checkpoint.sealedAt))} with the key you pinned.`;
    case 'consistent':
      return `The record matches checkpoint ${formatNumber(verdict.checkpoint.seq)}, but no key is pinned. The server itself supplied the key.`;
    case 'unsealed':
      return 'Records are sealed about a second after they are written. Checking again in 2 s.';
    case 'mismatch':
      return `The record shown is not the one that was sealed: ${verdict.fields.join(', ')} differs. Do not rely on it. Report it to the server's administrator.`;
    case 'wrong-signer':
      return `This checkpoint is not signed with the key you pinned on ${formatDate(Date.parse(verdict.pinnedAt), Date.now())}.`;
    case 'history-changed':
      return `The log no longer contains checkpoint ${formatNumber(verdict.seq)}, which this browser saw on ${formatDate(Date.parse(verdict.seenAt), Date.now())}.`;
    case 'unchecked':
      return `This browser cannot check proofs here. ${verdict.why}`;
  }
}
