const LINK = 'apps/api/src/rate-limit/redis/redis-link.ts';
const STORES = 'apps/api/src/rate-limit/redis/redis-counting-stores.ts';
const CLIENT = 'apps/api/src/rate-limit/redis/client.ts';

export default [
  {
    what: 'Redis is not asked',
    file: STORES,
    find: 'if (!own.admitted) return own;',
    replace: 'if (own.used > 0) return own;',
  },
  {
    what: 'memory does not limit',
    file: STORES,
    find: 'const own = this.memory.hit(key, limit);',
    replace: 'const own = this.memory.hit(key, limit * 2);',
  },
  {
    what: 'a place in Redis is not given back',
    file: STORES,
    find: 'if (place.sharedBucket !== undefined) {',
    replace: 'if (place.sharedBucket === -1) {',
  },
  {
    what: 'the headers report the count of one replica',
    file: STORES,
    find: 'return { ...stricter(own, standing), admitted,',
    replace: 'return { ...own, admitted,',
  },
  {
    what: 'requests wait for Redis as long as it takes',
    file: 'apps/api/src/common/http/shared-wait.ts',
    find: 'private leftMs = 280;',
    replace: 'private leftMs = 20_000;',
  },
  {
    what: 'each count of a request has a wait of its own',
    file: 'apps/api/src/common/http/shared-wait.ts',
    find: 'this.leftMs = Math.max(0, this.leftMs - (performance.now() - start));',
    replace: 'void start;',
  },
  {
    what: 'a failure does not break the link',
    file: LINK,
    find: '      this.lose(client, error);\n      return undefined;',
    replace: '      return undefined;',
  },
  {
    what: 'nothing reconnects',
    file: LINK,
    find: 'this.probing.start();',
    replace: 'this.probing.stop();',
  },
  {
    what: 'the probe does not write',
    file: 'apps/api/src/rate-limit/redis/scripts.ts',
    find: "script(`return redis.call('SET', KEYS[1], 1, 'PX', 2000)`)",
    replace: "script(`return redis.call('GET', KEYS[1])`)",
  },
  {
    what: 'a script that Redis has forgotten is an error',
    file: CLIENT,
    find: "error.message.startsWith('NOSCRIPT')",
    replace: "error.message.startsWith('NEVER')",
  },
  {
    what: 'counts are stored without an end',
    file: 'apps/api/src/rate-limit/redis/scripts.ts',
    find: 'if here == 0 then',
    replace: 'if here == -1 then',
  },
];
