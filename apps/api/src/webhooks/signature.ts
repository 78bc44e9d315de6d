import type { IncomingMessage } from 'node:http';

const DIGITS = '[0-9a-f]{64}';
/** Headers that may carry the HMAC-SHA-256 of the body, and their formats. Gitea sends both. */
const FORMS = {
  'x-hub-signature-256': new RegExp(`^sha256=(${DIGITS})$`, 'i'),
  'x-gitea-signature': new RegExp(`^(${DIGITS})$`, 'i'),
} as const;

export type PresentedSignatures =
  | { kind: 'none' }
  /** malformed, or the same header sent twice */
  | { kind: 'unusable' }
  | { kind: 'presented'; signatures: Buffer[] };

/** The signatures of a delivery, not verified. */
export function signaturesOf({
  headersDistinct,
}: Pick<IncomingMessage, 'headersDistinct'>): PresentedSignatures {
  const signatures: Buffer[] = [];
  for (const [header, form] of Object.entries(FORMS)) {
    const given = headersDistinct[header];
    if (given === undefined) continue;
    const [, digits] = given.length === 1 ? (form.exec(given[0] ?? '') ?? []) : [];
    if (digits === undefined) return { kind: 'unusable' };
    signatures.push(Buffer.from(digits, 'hex'));
  }
  return signatures.length === 0 ? { kind: 'none' } : { kind: 'presented', signatures };
}
