import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { isString, ValidateBy } from 'class-validator';

const LONGEST = 100;
/** One line that begins and ends with something visible. */
const DISPLAY_NAME =
  /^[^\s\p{Cc}\p{Bidi_Control}](?:[^\p{Cc}\p{Bidi_Control}]*[^\s\p{Cc}\p{Bidi_Control}])?$/u;

/** A name for people: 1 to 100 characters, no control characters (nor those that turn the direction of text), no white space at either end. */
export function DisplayName() {
  return applyDecorators(
    ValidateBy({
      name: 'displayName',
      validator: {
        validate: (value) => isString(value) && value.length <= LONGEST && DISPLAY_NAME.test(value),
        defaultMessage: (args) =>
          `${args?.property} must have 1 to ${LONGEST} characters, none of them a control character, and no white space at either end`,
      },
    }),
    ApiProperty({ minLength: 1, maxLength: LONGEST }),
  );
}
