export const MAX_DISPLAY_NAME_LENGTH = 100;

/** One line that begins and ends with a visible character. */
const FORM = /^[^\s\p{Cc}\p{Bidi_Control}](?:[^\p{Cc}\p{Bidi_Control}]*[^\s\p{Cc}\p{Bidi_Control}])?$/u;

/**
 * A name for people: 1 to 100 characters, no control characters (nor those that change the direction of text), no white
 * space at either end. It is in config/ because names come from the environment too.
 */
export function isDisplayName(text: string): boolean {
  return text.length <= MAX_DISPLAY_NAME_LENGTH && FORM.test(text);
}

/** Follows the name of the member or variable. */
export const DISPLAY_NAME_RULE = `must have 1 to ${MAX_DISPLAY_NAME_LENGTH} characters, none of them a control character, and no white space at either end`;
