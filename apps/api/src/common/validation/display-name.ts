import { isString } from 'class-validator';
import { DISPLAY_NAME_RULE, isDisplayName, MAX_DISPLAY_NAME_LENGTH } from '../../config/display-name.js';
import { Rule } from './rule.js';

/** @see isDisplayName */
export function DisplayName() {
  return Rule({
    name: 'displayName',
    schema: { type: 'string', minLength: 1, maxLength: MAX_DISPLAY_NAME_LENGTH, examples: ['Orchestrator'] },
    holds: (value) => isString(value) && isDisplayName(value),
    says: DISPLAY_NAME_RULE,
  });
}
