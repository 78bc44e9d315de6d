const FILE = 'apps/api/src/jobs/running-attempts.ts';

export default [
  {
    what: 'a job that has ended is kept',
    file: FILE,
    find: 'this.forget(job.id);',
    replace: '',
  },
  {
    what: 'an attempt is never replaced',
    file: FILE,
    find: 'if (known?.attempt === attempt && known.startedAt === startedAt) return;',
    replace: 'if (known !== undefined) return;',
  },
  {
    what: 'an attempt is not replaced by another one with the same number',
    file: FILE,
    find: ' && known.startedAt === startedAt',
    replace: '',
  },
  {
    what: 'each read prolongs the life of what is known',
    file: FILE,
    find: 'if (known?.attempt === attempt && known.startedAt === startedAt) return;',
    replace: '',
  },
  {
    what: 'another attempt is found',
    file: FILE,
    find: 'known?.job?.attempt === attempt ? known.job',
    replace: 'known?.job?.id === id ? known.job',
  },
  {
    what: 'a request without an attempt finds a job',
    file: FILE,
    find: 'known?.job?.attempt === attempt ? known.job',
    replace: 'known?.job?.attempt === (attempt ?? 1) ? known.job',
  },
  {
    what: 'it is kept for ever',
    file: FILE,
    find: ', ttl: LIFE_MS }',
    replace: ' }',
  },
  {
    what: 'a large job is kept',
    file: FILE,
    find: 'const isKept = bytes <= MAX_BYTES_OF_JOB;',
    replace: 'const isKept = bytes > 0;',
  },
  {
    what: 'small values do not count',
    file: FILE,
    find: ' + BYTES_OF_VALUE * values',
    replace: '',
  },
  {
    what: 'the previous attempt does not count',
    file: FILE,
    find: 'stringifyJson([metadata, previousAttempt, triggers])',
    replace: 'stringifyJson([metadata, triggers])',
  },
];
