export default [
  {
    what: 'an address that cannot be read is one that the network list has',
    file: 'apps/api/src/common/http/source-address.ts',
    find: "if (bare.includes('%') || !isIPv6(bare)) return null;",
    replace: "if (bare.includes('%') || !isIPv6(bare)) return '127.0.0.1';",
  },
  {
    what: 'the first of two headers counts although the second disagrees',
    file: 'apps/api/src/common/http/source-address.ts',
    find: 'return named.every((it) => it === client) ? client : null;',
    replace: 'return client;',
  },
  {
    what: 'a trusted proxy that names no client has its own address',
    file: 'apps/api/src/common/http/source-address.ts',
    find: 'return wasForwarded(request) ? null : peer;',
    replace: 'return peer;',
  },
  {
    what: '/metrics is read by any name that points to this machine',
    file: 'apps/api/src/health/monitoring.guard.ts',
    find: 'isLocalHost(raw.headers.host);',
    replace: '(isLocalHost(raw.headers.host) || true);',
  },
  {
    what: '/metrics is read through a proxy on this machine',
    file: 'apps/api/src/health/monitoring.guard.ts',
    find: 'if (wasForwarded(raw)) return false;',
    replace: 'if (wasForwarded(raw) && raw === undefined) return false;',
  },
];
