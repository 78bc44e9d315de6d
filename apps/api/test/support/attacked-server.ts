import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTestApp, type TestApp } from './app.js';
import { dataDirOf } from './database.js';
import { freePort, SERVER, ServerProcess } from './server-process.js';

const WATCHED_MS = 5_000;
const EVERY_MS = 50;

/** A server in a process of its own, whose memory can be measured; `test` is another one over the same database, to prepare with. */
export class AttackedServer {
  private readonly attackers: Socket[] = [];

  private constructor(
    readonly test: TestApp,
    readonly process: ServerProcess,
    readonly port: number,
  ) {}

  static async start(): Promise<AttackedServer> {
    const test = await startTestApp();
    const port = await freePort();
    const { apiUrl } = test.database;
    const env = { PORT: port, DATABASE_URL: apiUrl, DATA_DIR: dataDirOf(apiUrl) };
    return new AttackedServer(test, await new ServerProcess(SERVER, env).ready(), Number(port));
  }

  async stop(): Promise<void> {
    this.release();
    ServerProcess.killAll();
    await this.process.ended();
    await this.test.close();
  }

  /** A connection that sends the bytes and reads nothing. */
  async attack(bytes: string | Buffer): Promise<void> {
    const socket = connect(this.port, '127.0.0.1');
    socket.pause();
    socket.on('error', () => undefined);
    this.attackers.push(socket);
    await once(socket, 'connect');
    socket.write(bytes);
  }

  /** Closes what the attackers have opened. */
  release(): void {
    for (const socket of this.attackers.splice(0)) socket.destroy();
  }

  /** By how many MiB the server's memory grew, at most, during the attack and for some time after. */
  async growthDuring(attack: () => Promise<void>): Promise<number> {
    const before = await this.residentMiB();
    let most = before;
    await attack();
    const end = performance.now() + WATCHED_MS;
    while (performance.now() < end) {
      most = Math.max(most, await this.residentMiB());
      await sleep(EVERY_MS);
    }
    return most - before;
  }

  async residentMiB(): Promise<number> {
    const metrics = await (await fetch(`${this.process.url}/metrics`)).text();
    const [, bytes] = /^process_resident_memory_bytes (\d+)/m.exec(metrics) ?? [];
    if (bytes === undefined) throw new Error('/metrics says nothing of the memory');
    return Number(bytes) / 1_048_576;
  }
}
