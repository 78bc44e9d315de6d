import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as common from '@nestjs/common';
import * as core from '@nestjs/core';
import type * as Throttler from '@nestjs/throttler';

/*
 * What Jest loads in place of `@nestjs/throttler` (moduleNameMapper): the same code, read from the package.
 *
 * The package is CommonJS and requires NestJS, which is ESM only. Node does that since 20.19; Jest's own module loader does it
 * from Node 24.9 on. So here its files are run with a `require` that answers with the copies of NestJS that the tests use.
 */

const requireBuiltin = createRequire(import.meta.url);
const dist = join(dirname(requireBuiltin.resolve('@nestjs/throttler/package.json')), 'dist');
const loaded = new Map<string, { exports: unknown }>();

function requireFrom(name: string): unknown {
  if (name === '@nestjs/common') return common;
  if (name === '@nestjs/core') return core;
  if (!name.startsWith('./')) return requireBuiltin(name);
  const known = loaded.get(name);
  if (known !== undefined) return known.exports;
  const module = { exports: {} };
  loaded.set(name, module);
  const source = readFileSync(join(dist, `${name}.js`), 'utf8');
  new Function('exports', 'require', 'module', source)(module.exports, requireFrom, module);
  return module.exports;
}

export const {
  ThrottlerGuard,
  ThrottlerModule,
  ThrottlerStorage,
  ThrottlerException,
  InjectThrottlerOptions,
  InjectThrottlerStorage,
  getOptionsToken,
  getStorageToken,
  normalizeIp,
} = requireFrom('./index') as typeof Throttler;
