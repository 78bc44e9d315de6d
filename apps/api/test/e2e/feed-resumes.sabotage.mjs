const SERVICE = 'apps/api/src/audit-log/feed/feed.service.ts';

export default [
  {
    what: 'a feed sends again the record that its reader has',
    file: 'apps/api/src/audit-log/feed/feed.statement.ts',
    find: 'WHERE leaf_index > ',
    replace: 'WHERE leaf_index >= ',
  },
  {
    what: 'a batch skips the record after it',
    file: 'apps/api/src/audit-log/feed/feed.repository.ts',
    find: 'Number(scan.last ?? after);\n    const batch',
    replace: 'Number(scan.last ?? after) + 1;\n    const batch',
  },
  {
    what: 'a feed that does not follow ends after its first batch',
    file: SERVICE,
    find: "const isLast = follow === 'false' && !batch.more;",
    replace: "const isLast = follow === 'false';",
  },
  {
    what: 'a stop does not end a feed',
    file: 'apps/api/src/audit-log/feed/followers.ts',
    find: "this.stopping.addEventListener('abort', end, { once: true });",
    replace: "this.stopping.addEventListener('abort', () => void end, { once: true });",
  },
];
