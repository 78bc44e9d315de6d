import { ACTIONS } from '../audit-log/actions';
import { isWellFormedKey, KEY_PATTERN, kidOf } from './key-format';

/** A pasted or typed text, recognised without a request. */
export type Recognised =
  | { kind: 'whole-key'; kid: string; isWellFormed: boolean; isOperator: boolean }
  | { kind: 'kid'; kid: string }
  | { kind: 'uuid'; id: string }
  | { kind: 'address'; address: string }
  | { kind: 'issue'; repository: string; issue: string | undefined }
  | { kind: 'action'; action: string }
  | { kind: 'link'; href: string }
  | { kind: 'text'; text: string };

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const ISSUE = /^([\w.-]+\/[\w.-]+)(?:#(\d{1,10}))?$/;
const V4 = /^(?:\d{1,3}\.){3}\d{1,3}(?:\/\d{1,2})?$/;
const V6 = /^[0-9a-f]*:[0-9a-f:.]+(?:\/\d{1,3})?$/i;
const PREFIXED = /^cr[ko]_([0-9A-Za-z]{6,16})(?:…|_.*)?$/;
const WHOLE_KID = /^(?=.*\d)(?=.*[A-Za-z])[0-9A-Za-z]{16}$/;
const LIKE_KEY = /^cr[ko]_[0-9A-Za-z]{16}_[0-9A-Za-z]{20,}$/;

export function recognise(input: string): Recognised {
  const text = input.trim();
  if (KEY_PATTERN.test(text) || LIKE_KEY.test(text)) {
    return {
      kind: 'whole-key',
      kid: kidOf(text),
      isWellFormed: isWellFormedKey(text),
      isOperator: text.startsWith('cro_'),
    };
  }
  const [, fragment] = PREFIXED.exec(text) ?? [];
  if (fragment !== undefined) return { kind: 'kid', kid: fragment };
  if (WHOLE_KID.test(text)) return { kind: 'kid', kid: text };
  if (UUID.test(text)) return { kind: 'uuid', id: text.toLowerCase() };
  if (V4.test(text) || V6.test(text)) return { kind: 'address', address: text };
  const [, repository, issue] = ISSUE.exec(text) ?? [];
  if (repository !== undefined) return { kind: 'issue', repository, issue };
  if (ACTIONS.some((it) => it === text)) return { kind: 'action', action: text };
  if (text.startsWith(`${location.origin}/console/`)) {
    return { kind: 'link', href: text.slice(`${location.origin}/console`.length) };
  }
  return { kind: 'text', text };
}
