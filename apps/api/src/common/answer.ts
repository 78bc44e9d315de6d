/**
 * An object whose members are all null, to be copied for each answer. So all answers have the same hidden class, and V8 adds no
 * members one by one. V8 copies an object from JSON.parse fast, but not one from `Object.fromEntries`.
 */
export function emptyAnswer(members: readonly string[]): Record<string, unknown> {
  return JSON.parse(JSON.stringify(Object.fromEntries(members.map((member) => [member, null]))));
}

/**
 * Makes the function that copies an answer and adds members. The copy has room for them from the start. V8 needs 7 µs to add two
 * members to a copy of a job, because a hidden class has room for a few more only.
 *
 * @param members of the answer
 */
export function extenderOf<Answer extends object, More extends object>(
  members: readonly string[],
  more: readonly (keyof More & string)[],
): (answer: Answer, values: More) => Answer & More {
  const empty = emptyAnswer([...members, ...more]);
  return (answer, values) => Object.assign({ ...empty }, answer, values);
}
