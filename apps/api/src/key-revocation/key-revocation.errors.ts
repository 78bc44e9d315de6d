import { InvalidRequestError } from '../common/problems/invalid-request.error.js';

const DETAIL =
  'key is not a complete key: its length or its checksum is wrong. Nothing was revoked. Send the whole key, and only the key.';

/** 400: a part of a key, or a mistyped one. */
export class IncompleteKeyError extends InvalidRequestError {
  constructor() {
    super(DETAIL, [{ member: 'key', message: DETAIL }]);
  }
}
