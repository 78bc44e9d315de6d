/** The lines that `docs/released-api.txt` has of the last release. */
export function promisesOf(document: object): string[];
export function breakingChanges(released: readonly string[], present: readonly string[]): string[];
