import { Textarea } from '@mantine/core';
import classes from './ReasonField.module.css';
import { readStored, writeStored } from './settings';

const KEY = 'coordinator-registry.reasons';
const KEPT = 4;

/** Why a job is changed. The record keeps it, and recent reasons are one press away. */
export function ReasonField({
  value,
  error,
  onChange,
}: {
  value: string;
  error?: string | undefined;
  onChange: (value: string) => void;
}) {
  const recent = recentReasons();
  return (
    <div className={classes.field}>
      <Textarea
        label="Reason"
        description="The audit log keeps it as it is."
        required
        autosize
        minRows={2}
        maxRows={6}
        maxLength={200}
        data-autofocus
        value={value}
        error={error}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      {recent.length > 0 && (
        <div className={classes.recent}>
          {recent.map((it) => (
            <button key={it} type="button" className={classes.chip} onClick={() => onChange(it)}>
              {it}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

export function rememberReason(reason: string): void {
  writeStored(KEY, [reason, ...recentReasons().filter((it) => it !== reason)].slice(0, KEPT));
}

function recentReasons(): string[] {
  const stored = readStored(KEY);
  return Array.isArray(stored) ? stored.filter((it) => typeof it === 'string') : [];
}
