/** Lists everything that is wrong with the environment. It never contains values, because some are secrets. */
export class ConfigurationError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(
      `The configuration has ${problems.length} problem(s):\n${problems.map((it) => `  - ${it}`).join('\n')}`,
    );
    this.name = 'ConfigurationError';
  }
}
