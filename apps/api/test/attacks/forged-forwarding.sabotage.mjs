export default [
  {
    what: 'an address that cannot be read is one that the network list has',
    file: 'apps/api/src/common/http/source-address.ts',
    find: 'isIP(address) === 0 ? null : address',
    replace: "isIP(address) === 0 ? '127.0.0.1' : address",
  },
  {
    what: '/metrics is read by any name that points to this machine',
    file: 'apps/api/src/health/monitoring.guard.ts',
    find: 'isLocalHost(headers.host);',
    replace: '(isLocalHost(headers.host) || true);',
  },
  {
    what: '/metrics is read through a proxy on this machine',
    file: 'apps/api/src/health/monitoring.guard.ts',
    find: 'if (Object.keys(headers).some((name) => OF_A_PROXY.test(name))) return false;',
    replace:
      'if (Object.keys(headers).some((name) => OF_A_PROXY.test(name)) && raw === undefined) return false;',
  },
];
