import { isString } from 'class-validator';
import { DISPLAY_NAME_RULE, isDisplayName, LONGEST_DISPLAY_NAME } from '../../config/display-name.js';
import { Rule } from './rule.js';

/** @see isDisplayName */
export function DisplayName() {
  return Rule({
    name: 'displayName',
    schema: { type: 'string', minLength: 1, maxLength: LONGEST_DISPLAY_NAME, examples: ['Orchestrator'] },
    holds: (value) => isString(value) && isDisplayName(value),
    says: DISPLAY_NAME_RULE,
  });
}
