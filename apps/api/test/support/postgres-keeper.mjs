// Holds the tests' own Postgres for as long as somebody holds our standard input, and leaves nothing behind: not when Jest ends
// well, nor when it is interrupted or killed.
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres } from '../../dist/database/embedded/embedded-postgres.js';

const directory = await mkdtemp(join(tmpdir(), 'coordinator-registry-test-'));
const abandoned = new Promise((resolve) => process.stdin.on('end', resolve).resume());
try {
  // mkdtemp's own mode would keep the server's user out, where that is another than ours.
  await chmod(directory, 0o755);
  const postgres = await EmbeddedPostgres.open(directory, console, {
    durable: false,
    settings: { fsync: 'off', full_page_writes: 'off', max_connections: '400', shared_buffers: '64MB' },
  });
  try {
    process.stdout.write(`${postgres.superuserUrl()}\n`);
    await abandoned;
  } finally {
    await postgres.release();
  }
} finally {
  await rm(directory, { recursive: true, force: true });
}
