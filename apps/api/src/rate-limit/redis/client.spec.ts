import { describe, expect, it } from '@jest/globals';
import { describeFailure } from './client.js';

describe('describeFailure', () => {
  it('hides the credentials, which Redis before 6 repeats in its error', () => {
    const error = new Error(
      'ERR unknown command `HELLO`, with args beginning with: `3`, `AUTH`, `eve`, `p@ss`',
    );
    expect(describeFailure(error, ['redis://one', 'redis://eve:p%40ss@two:7000'])).toBe(
      'ERR unknown command `HELLO`, with args beginning with: `3`, `AUTH`, `***`, `***`',
    );
  });

  it('names each different failure of several nodes once', () => {
    const failures = ['refused', 'refused', 'timed out'].map((it) => new Error(it));
    expect(describeFailure(new AggregateError(failures), ['redis://one'])).toBe('refused; timed out');
  });
});
