export default [
  {
    what: 'another checkpoint under a published number is taken for the published one',
    file: 'apps/api/src/audit-log/sealing/sealer.ts',
    find: 'if (note === published.note) return;',
    replace: 'if (note !== undefined) return;',
  },
  {
    what: 'a sealer that takes over publishes only what it seals itself',
    file: 'apps/api/src/audit-log/sealing/sealer.ts',
    find: "    await this.publish(session);\n    await this.done('resumed');",
    replace: "    await this.done('resumed');",
  },
  {
    what: 'the session of a sealer may be idle for ever',
    file: 'apps/api/src/audit-log/sealing/sealing.repository.ts',
    find: "  SET idle_session_timeout = '30s';\n",
    replace: '',
  },
  {
    what: 'a seal may be lost by a crash after it was published',
    file: 'apps/api/src/audit-log/sealing/sealing.repository.ts',
    find: "IN ('off', 'local')",
    replace: "IN ('local')",
  },
];
