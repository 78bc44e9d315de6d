import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** An operating system user, in the form that `child_process` takes. */
export interface Account {
  name: string;
  uid: number;
  gid: number;
}

/**
 * The user that Postgres runs as, if this process is root: Postgres refuses to run as root. It is `postgres`, created
 * if it does not exist, otherwise `nobody`. Undefined means our own user.
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
      // This system creates users in another way, or another process has just created it.
    }
  }
  return await find(name);
}

/** Whether `account` may enter `path`, or execute it. Asks the kernel, which knows about ACLs and mounts. */
export function mayReach(account: Account | undefined, path: string): boolean {
  if (account === undefined) return true;
  const { uid, gid } = account;
  return spawnSync('/bin/sh', ['-c', 'test -x "$1"', 'sh', path], { uid, gid, cwd: '/' }).status === 0;
}
