import { ValidateBy, type ValidationArguments } from 'class-validator';
import type { JsonSchema } from '../json-schema.js';

/** The name of the rules for members that are any JSON. */
export const ANY_JSON = 'anyJson';

/** The name of the rule for members that are texts of any length. */
export const REPORT_TEXT = 'reportText';

/**
 * One of our own rules for a member of a request.
 *
 * @param rule.schema its schema in the OpenAPI document; with `each`, that of each element
 * @param rule.says the text after the name of the member
 */
export function Rule(rule: {
  name: string;
  schema: JsonSchema;
  holds(value: unknown): boolean;
  says: string;
  each?: boolean;
}): PropertyDecorator {
  const { name, schema, holds, says, each = false } = rule;
  const message = ({ property }: Pick<ValidationArguments, 'property'>) =>
    `${each ? 'each value in ' : ''}${property} ${says}`;
  return ValidateBy(
    {
      name,
      // membersOf reads it here.
      constraints: [schema],
      validator: { validate: holds, defaultMessage: (args) => (args === undefined ? says : message(args)) },
    },
    { each },
  );
}
