import { Radio, Select } from '@mantine/core';
import { useRef, useState } from 'react';
import { Dialog } from '../shared/Dialog';
import { queryOf } from '../shared/feed';
import { chooseFile } from '../shared/file-target';
import { formatBytes, formatNumber, formatPercent } from '../shared/format';
import { Hint } from '../shared/States';
import { ExportProgress } from './export-progress';
import type { logFilterOf, logTimesOf } from './log-search';

type Filter = ReturnType<typeof logFilterOf> & ReturnType<typeof logTimesOf>;
type State =
  | { kind: 'asking'; error?: unknown }
  | { kind: 'running'; records: number; bytes: number; part: number | undefined }
  | { kind: 'ended'; isComplete: boolean; text: string };

const FORMATS = [
  { value: 'ndjson', label: 'NDJSON, with proofs' },
  { value: 'csv', label: 'CSV, for a spreadsheet' },
  { value: 'ocsf', label: 'OCSF, for a SIEM' },
];

/** Writes the log, or what is shown of it, into a file. An answer that breaks off is never called complete. */
export function ExportDialog({ filter, onClose }: { filter: Filter; onClose: () => void }) {
  const isFiltered = Object.keys(filter).length > 0;
  const [preset, setPreset] = useState(isFiltered ? 'shown' : 'whole');
  const [format, setFormat] = useState('ndjson');
  const [state, setState] = useState<State>({ kind: 'asking' });
  const abort = useRef<AbortController>(undefined);

  const run = async (): Promise<void> => {
    const range = preset === 'shown' ? filter : {};
    const query = queryOf(range);
    query.set('format', preset === 'whole' ? 'ndjson' : format);
    const extension = query.get('format') === 'csv' ? 'csv' : 'ndjson';
    const file = await chooseFile(`audit-log-${new Date().toISOString().slice(0, 10)}.${extension}`);
    if (file === undefined) return;
    abort.current = new AbortController();
    setState({ kind: 'running', records: 0, bytes: 0, part: undefined });
    const progress = new ExportProgress(range);
    try {
      const answer = await fetch(`/audit-log/export?${query}`, { signal: abort.current.signal });
      if (!answer.ok || answer.body === null) {
        await file.discard();
        setState({ kind: 'asking', error: await answer.json() });
        return;
      }
      const reader = answer.body.getReader();
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        await file.write(part.value);
        progress.add(part.value);
        setState({ kind: 'running', ...progress.shown });
      }
      await file.close();
      setState({
        kind: 'ended',
        isComplete: true,
        text: `Complete: ${formatNumber(progress.shown.records)} records.`,
      });
    } catch {
      await file.discard().catch(() => undefined);
      const at = progress.shown.part;
      const where =
        at === undefined
          ? `after ${formatNumber(progress.shown.records)} records`
          : `at ${formatPercent(at * 100)}`;
      const why = abort.current.signal.aborted ? 'you stopped it' : 'the connection broke';
      setState({ kind: 'ended', isComplete: false, text: `Incomplete: ${why} ${where}. No file was kept.` });
    }
  };

  if (state.kind === 'ended') {
    return (
      <Dialog title="Export" keep="Close" act="Done" local onKeep={onClose} onAct={onClose}>
        <Hint tone={state.isComplete ? 'neutral' : 'bad'}>{state.text}</Hint>
      </Dialog>
    );
  }
  if (state.kind === 'running') {
    const { records, bytes, part } = state;
    return (
      <Dialog
        title="Exporting…"
        keep="Stop"
        act="Exporting"
        disabled
        onKeep={() => abort.current?.abort()}
        onAct={() => undefined}
      >
        <p role="status">
          {formatNumber(records)} records, {formatBytes(bytes)}
          {part !== undefined && `, ${formatPercent(Math.min(part, 1) * 100)}`}
        </p>
      </Dialog>
    );
  }
  return (
    <Dialog
      title="Export the log"
      keep="Close"
      act="Export"
      error={state.error}
      onKeep={onClose}
      onAct={() => void run()}
    >
      <Radio.Group label="What" value={preset} onChange={setPreset}>
        <Radio value="shown" label="What I see: with these filters" mt="xs" />
        <Radio value="whole" label="Whole log, for verification with audit:verify" mt="xs" />
      </Radio.Group>
      {preset === 'shown' && (
        <Select
          label="Format"
          data={FORMATS}
          value={format}
          allowDeselect={false}
          onChange={(it) => setFormat(it ?? 'ndjson')}
        />
      )}
      <p className="secondary small">The log records that you exported it.</p>
    </Dialog>
  );
}
