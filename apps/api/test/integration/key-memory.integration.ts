import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';

describe('the memory of proven keys', () => {
  it('contains the kid but no key', () => {
    // In a process of its own, whose heap is small and holds nothing else that looks like a key.
    const script = `
      import { generateKey, parseKey } from '${new URL('../../dist/keys/key.js', import.meta.url).href}';
      import { getHeapSnapshot } from 'node:v8';
      const remembered = Array.from({ length: 10 }, () => parseKey(generateKey('crk_').key).kid);
      gc();
      let heap = '';
      for await (const chunk of getHeapSnapshot()) heap += chunk;
      const kids = remembered.filter((kid) => heap.includes(kid));
      console.log(kids.length, new Set(heap.match(/crk_[0-9A-Za-z]{16}_[0-9A-Za-z]{43}/g)).size);`;
    const node = spawnSync(process.execPath, ['--expose-gc', '--input-type=module', '--eval', script]);
    const [kids, keys] = node.stdout.toString().split(' ').map(Number);
    expect(kids).toBe(10);
    // What a regular expression was last used on, V8 keeps.
    expect(keys).toBeLessThanOrEqual(1);
  });
});
