import { ValidateBy, type ValidationArguments } from 'class-validator';
import type { JsonSchema } from '../openapi/schema.js';

/** The name of the rules of members that are any JSON. */
export const ANY_JSON = 'anyJson';

/** The name of the rule of members that are texts of any length. */
export const REPORT_TEXT = 'reportText';

/**
 * A rule of our own on a member of a request.
 *
 * @param rule.schema what the OpenAPI document says of it; with `each`, of each element
 * @param rule.says goes on after the name of the member
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
      // Where membersOf looks for it.
      constraints: [schema],
      validator: { validate: holds, defaultMessage: (args) => (args === undefined ? says : message(args)) },
    },
    { each },
  );
}
