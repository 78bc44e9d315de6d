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

/** The one function we need of a global that the types of Node 20 do not declare. */
declare const WebAssembly: {
  instantiate(module: Uint8Array, imports: Record<string, unknown>): Promise<{ instance: Instance }>;
};

const { resolve } = createRequire(import.meta.url);

/**
 * Sends each script as one query. The adapter's own `executeScript` splits a script at every semicolon, also inside the
 * body of a function. If the script is one query without parameters, Postgres splits it itself and makes it one
 * implicit transaction, as it does for `prisma migrate deploy`.
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
 * Opens Prisma's schema engine, compiled to WebAssembly, on `pool`.
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
 * The engine's glue code, with timers that do not keep the process alive. The engine sets a timer of 10 s for its lock
 * and never clears it.
 */
function imports(): Record<string, unknown> {
  const unreferenced = (callback: () => void, ms: number) => setTimeout(callback, ms).unref();
  return Object.fromEntries(
    Object.entries(engine).map(([name, it]) => [name, /^__wbg_setTimeout_/.test(name) ? unreferenced : it]),
  );
}
