import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import * as engine from '@prisma/schema-engine-wasm/schema_engine_bg';
import type pg from 'pg';

export type SchemaEngine = engine.SchemaEngine;
export type MigrationList = Parameters<SchemaEngine['applyMigrations']>[0]['migrationsList'];

interface Instance {
  exports: { __wbindgen_start(): void };
}

/** The one function needed of a global that the types of Node 20 do not declare. */
declare const WebAssembly: {
  instantiate(module: Uint8Array, imports: Record<string, unknown>): Promise<{ instance: Instance }>;
};

const { resolve } = createRequire(import.meta.url);

/**
 * The adapter's own `executeScript` cuts a script at every semicolon, also at those inside a function's body. Sent as one query
 * without parameters, Postgres cuts it itself and makes it one implicit transaction, as it does for `prisma migrate deploy`.
 */
export class WholeScripts extends PrismaPg {
  override async connect(): ReturnType<PrismaPg['connect']> {
    const adapter = await super.connect();
    adapter.executeScript = async (script) => {
      await adapter.executeRaw({ sql: script, args: [], argTypes: [] });
    };
    return adapter;
  }
}

let loading: Promise<void> | undefined;

/**
 * Prisma's schema engine compiled to WebAssembly, working through `pool`.
 *
 * @param pool must hold exactly one connection: the engine takes its lock in one query and relies on it in the next
 */
export async function openSchemaEngine(
  pool: pg.Pool,
  adapter: WholeScripts = new WholeScripts(pool),
): Promise<SchemaEngine> {
  loading ??= load();
  await loading;
  return await engine.SchemaEngine.new(
    { datamodels: [['schema.prisma', 'datasource db {\n  provider = "postgresql"\n}\n']] },
    () => undefined,
    bindMigrationAwareSqlAdapterFactory(adapter),
  );
}

async function load(): Promise<void> {
  const glue = resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const module = await readFile(join(glue, '..', 'schema_engine_bg.wasm'));
  const { instance } = await WebAssembly.instantiate(module, { './schema_engine_bg.js': imports() });
  engine.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
}

/**
 * The engine's glue, with timers that keep no process alive: the engine gives itself 10 s to get its lock, and never clears that
 * timer.
 */
function imports(): Record<string, unknown> {
  const unreferenced = (callback: () => void, ms: number) => setTimeout(callback, ms).unref();
  return Object.fromEntries(
    Object.entries(engine).map(([name, it]) => [name, /^__wbg_setTimeout_/.test(name) ? unreferenced : it]),
  );
}
