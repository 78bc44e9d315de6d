import { existsSync } from 'node:fs';
import { readTrustedKeys } from '@coordinator-registry/api/audit-verification/checkpoint-keys.js';
import { verifyExport } from '@coordinator-registry/api/audit-verification/export-verification.js';
import { progressOn } from '@coordinator-registry/api/audit-verification/progress.js';
import { EXIT as VERDICT, type Verdict } from '@coordinator-registry/api/audit-verification/report.js';
import { EXIT, UsageError } from './exit-codes.js';
import type { Output } from './output/output.js';

export interface Files {
  exported: string;
  checkpoints: string;
  publicKeys: readonly string[];
}

/**
 * Verifies an export against checkpoints and public keys. The exit code says what came of it.
 *
 * @throws UsageError if there is no such file, or no key in it
 */
export async function verify(output: Output, { exported, checkpoints, publicKeys }: Files): Promise<void> {
  for (const path of [exported, checkpoints, ...publicKeys]) {
    if (!existsSync(path)) throw new UsageError(`there is no file ${path}`);
  }
  const trusted = await readTrustedKeys(publicKeys).catch((error: unknown) => {
    throw new UsageError(`--public-key: ${error instanceof Error ? error.message : String(error)}`);
  });
  const verdict = await verifyExport(exported, {
    trusted,
    checkpoints,
    progress: progressOn(process.stderr),
  }).catch(notVerified);
  const name = NAMES[verdict.exitCode];
  output.line({ verdict: name, text: verdict.text }, verdict.text.trimEnd());
  process.exitCode = EXIT[name];
}

const NAMES = {
  [VERDICT.holds]: 'ok',
  [VERDICT.inconclusive]: 'inconclusive',
  [VERDICT.tampering]: 'tampering',
} as const satisfies Record<Verdict['exitCode'], keyof typeof EXIT>;

/** A file that cannot be read. */
function notVerified(error: unknown): Verdict {
  const reason = error instanceof Error ? error.message : String(error);
  return { exitCode: VERDICT.inconclusive, text: `Nothing was verified: ${reason}.\n` };
}
