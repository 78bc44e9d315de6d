import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A user of the operating system, as `child_process` takes it. */
export interface Account {
  name: string;
  uid: number;
  gid: number;
}

/**
 * The user that Postgres runs as, where it cannot be our own because we are root, which Postgres refuses: `postgres`, made
 * where there is none, else `nobody`. Undefined: our own user.
 */
export async function serverAccount(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  return (await find('postgres')) ?? (await create('postgres')) ?? (await find('nobody'));
}

async function find(name: string): Promise<Account | undefined> {
  try {
    const [uid, gid] = await Promise.all(['-u', '-g'].map((flag) => run('id', [flag, name])));
    return { name, uid: Number(uid?.stdout), gid: Number(gid?.stdout) };
  } catch {
    return undefined;
  }
}

async function create(name: string): Promise<Account | undefined> {
  const ways: [string, string[]][] = [
    ['useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', name]],
    ['adduser', ['-S', '-D', '-H', name]],
  ];
  for (const [command, args] of ways) {
    try {
      await run(command, args);
      break;
    } catch {
      // This system makes users in another way, or another process has just made it.
    }
  }
  return await find(name);
}

/** Whether `account` may enter `path`, or execute it: asked of the kernel, which knows of ACLs and mounts. */
export function mayReach(account: Account | undefined, path: string): boolean {
  if (account === undefined) return true;
  const { uid, gid } = account;
  return spawnSync('/bin/sh', ['-c', 'test -x "$1"', 'sh', path], { uid, gid, cwd: '/' }).status === 0;
}
