export default [
  {
    what: 'a text is cut inside a surrogate pair',
    file: 'apps/api/src/common/validation/report-text.ts',
    find: 'end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1;',
    replace: 'end += 1;',
  },
  {
    what: 'a repeat is recognised by what was kept',
    file: 'apps/api/src/coordinator-integration/coordinator-jobs.service.ts',
    find: 'const outcome = { ...kept, gateResults: body.gateResults, attempt, digest: digestOf(body) };',
    replace:
      'const outcome = { ...kept, gateResults: body.gateResults, attempt, digest: digestOf({ ...body, ...kept }) };',
  },
  {
    what: 'any text of a body may have NUL',
    file: 'apps/api/src/common/validation/request-validation.pipe.ts',
    find: "if (typeof text === 'string' && reports?.has(member) !== true) assertText(text);",
    replace: '',
  },
  {
    what: 'no answer says that a text was cut',
    file: 'apps/api/src/coordinator-integration/coordinator-jobs.service.ts',
    find: 'return Object.keys(kept).filter((member) => kept[member] !== given[member]);',
    replace: 'return Object.keys(kept).filter(() => kept === given);',
  },
  {
    what: 'a long step is refused by the size of its body',
    file: 'apps/api/src/coordinator-integration/coordinator-jobs.controller.ts',
    find: "@BodyLimit(1024)\n  @Describe({\n    summary: 'Reports progress",
    replace: "@Describe({\n    summary: 'Reports progress",
  },
  {
    what: 'the body of a fail is limited without its escapes',
    file: 'apps/api/src/coordinator-integration/dto/job.requests.ts',
    find: 'const BYTES_OF_CHARACTER = 12;',
    replace: 'const BYTES_OF_CHARACTER = 3;',
  },
  {
    what: 'an error that says nothing is refused',
    file: 'apps/api/src/common/validation/report-text.ts',
    find: "holds: (value) => typeof value === 'string' ||",
    replace: "holds: (value) => (typeof value === 'string' && value !== '') ||",
  },
];
