import type { AuditRecord } from '../generated/schema';
import { formatBytes } from '../shared/format';
import classes from './Diff.module.css';

/** One line for each field: what it was, what it is now. */
export function Diff({ changes }: { changes: AuditRecord['changes'] }) {
  const fields = Object.entries(changes);
  if (fields.length === 0) return <p className="secondary small">No field changed.</p>;
  return (
    <dl className={classes.diff}>
      {fields.map(([field, { from, to }]) => (
        <div key={field} className={classes.field}>
          <dt className="mono">{field}</dt>
          {from !== null && from !== undefined && <Value sign="–" word="was" value={from} />}
          {to !== null && to !== undefined && <Value sign="+" word="now" value={to} />}
          {(to === null || to === undefined) && (from === null || from === undefined) && (
            <Value sign="+" word="now" value="–" />
          )}
        </div>
      ))}
    </dl>
  );
}

function Value({ sign, word, value }: { sign: '–' | '+'; word: string; value: unknown }) {
  return (
    <dd className={classes.value} data-sign={sign}>
      <span className={classes.sign} aria-hidden="true">
        {sign}
      </span>
      <span className="visually-hidden">{word}</span>
      <span className={classes.text}>{textOf(value)}</span>
    </dd>
  );
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (isDigest(value)) return `too long to keep: ${formatBytes(value.bytes)}`;
  return JSON.stringify(value, null, 1);
}

function isDigest(value: unknown): value is { sha256: string; bytes: number } {
  return typeof value === 'object' && value !== null && 'sha256' in value && 'bytes' in value;
}
