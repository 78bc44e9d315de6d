interface Range {
  from?: string;
  to?: string;
}

/** What an export has reached, on stderr, if that is a terminal. */
export interface ExportProgress {
  /** @param part the newest part of the file */
  show(records: number, part: Uint8Array): void;
  stop(): void;
}

/** `2026-11-24T12:00:00.000Z` of NDJSON and CSV, or the `"time":1795521600000` of OCSF. */
const TIMES = /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)|"time":(\d{13})/;

/**
 * An export has no known length. What is done of it is measured by the time of its records within the range: from the first record to
 * `to` or `from`, whichever lies ahead, or to now.
 */
export async function exportProgress({ from, to }: Range): Promise<ExportProgress> {
  if (process.stderr.isTTY !== true) return { show: () => undefined, stop: () => undefined };
  const {
    default: { SingleBar, Presets },
  } = await import('cli-progress');
  const bar = new SingleBar(
    { format: '{bar} {percentage} % | {records} records', stream: process.stderr, hideCursor: true },
    Presets.shades_classic,
  );
  let first: number | undefined;
  let end: number | undefined;
  return {
    show(records, part) {
      const time = timeIn(part);
      if (time === undefined) return;
      if (first === undefined) {
        first = time;
        // Filtered exports begin with the newest record.
        const isNewestFirst = from !== undefined && Date.parse(from) < time - 1_000;
        end = Date.parse((isNewestFirst ? from : to) ?? new Date().toISOString());
        bar.start(100, 0, { records });
      }
      const share = end === undefined || end === first ? 0 : (time - first) / (end - first);
      bar.update(Math.round(100 * Math.min(1, Math.max(0, share))), { records });
    },
    stop() {
      if (first !== undefined) bar.stop();
    },
  };
}

function timeIn(part: Uint8Array): number | undefined {
  const found = TIMES.exec(Buffer.from(part.subarray(0, 4_096)).toString('latin1'));
  if (found?.[1] !== undefined) return Date.parse(found[1]);
  return found?.[2] === undefined ? undefined : Number(found[2]);
}
