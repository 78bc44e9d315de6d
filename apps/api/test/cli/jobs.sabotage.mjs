const JOBS = 'apps/cli/src/commands/jobs.ts';
const FOLLOW = 'apps/cli/src/follow-job.ts';

export default [
  {
    what: 'following ends with the first attempt that failed',
    file: FOLLOW,
    find: 'if (hasEnded(record.changes.status?.to)) return;',
    replace: "if (record.action === 'job.failed' || hasEnded(record.changes.status?.to)) return;",
  },
  {
    what: 'following shows records twice',
    file: FOLLOW,
    find: 'if (seen.has(record.id)) continue;',
    replace: 'if (seen.size < 0) continue;',
  },
  {
    what: 'jobs are cancelled without a question',
    file: 'apps/cli/src/program.ts',
    find: 'confirm(consequence, program.opts().yes)',
    replace: 'confirm(consequence, true)',
  },
  {
    what: 'the first job that cannot be cancelled stops the others',
    file: JOBS,
    find: 'await change(id).catch((error: unknown) => errors.push([id, error]));',
    replace: 'await change(id);',
  },
  {
    what: 'the ids are sent without a look at them',
    file: JOBS,
    find: 'const wrong = ids.find((id) => !isId(id));',
    replace: 'const wrong = ids.find((id) => !isId(id) && id.length > 99);',
  },
  {
    what: 'a closed pipe ends a change half-way',
    file: 'apps/cli/src/output/stdout.ts',
    find: "if (error.code === 'EPIPE') return;",
    replace: "if (error.code === 'EPIPE') process.exit(0);",
  },
  {
    what: 'characters that move the cursor are printed',
    file: 'apps/cli/src/output/text.ts',
    find: "return printable(value.replace(INSTANT, '$1 $2Z'));",
    replace: "return value.replace(INSTANT, '$1 $2Z');",
  },
];
