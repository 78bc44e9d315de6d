const FILE = 'apps/api/src/jobs/running-attempts.ts';

export default [
  {
    what: 'a job that has ended is kept',
    file: FILE,
    find: 'this.jobs.delete(job.id);',
    replace: '{}',
  },
  {
    what: 'an attempt is never replaced',
    file: FILE,
    find: 'this.jobs.get(job.id)?.attempt !== job.attempt',
    replace: '!this.jobs.has(job.id)',
  },
  {
    what: 'each report prolongs the life of what is known',
    file: FILE,
    find: 'this.jobs.get(job.id)?.attempt !== job.attempt',
    replace: 'true',
  },
  {
    what: 'another attempt is found',
    file: FILE,
    find: 'job?.attempt === attempt ? job',
    replace: 'job?.id === id ? job',
  },
  {
    what: 'it is kept for ever',
    file: FILE,
    find: 'ttl: LIFE_MS,',
    replace: '',
  },
  {
    what: 'a large job is kept',
    file: FILE,
    find: 'maxEntrySize: MAX_SIZE_OF_JOB,',
    replace: '',
  },
];
