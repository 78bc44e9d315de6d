import { Agent, type ClientRequest, request } from 'node:http';

export interface WaitingRequest {
  url: string;
  method: 'GET' | 'POST';
  path: string;
  headers: Record<string, string>;
  body?: string;
}

/** Requests that wait, each on a connection of its own. One that is answered is sent again, as workers do. */
export class Waiters {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
  private readonly open = new Set<ClientRequest>();
  private stopped = false;

  /**
   * @param next the request of waiter `n`, sent at the start and after each answer
   * @param answered called with the status and the time of each answer
   */
  constructor(
    private readonly next: (n: number) => WaitingRequest,
    private readonly answered: (n: number, status: number, at: number) => void,
  ) {}

  begin(n: number): void {
    if (this.stopped) return;
    const { url, path, method, headers, body } = this.next(n);
    const sent = request(new URL(path, url), { agent: this.agent, method, headers }, (answer) => {
      this.answered(n, answer.statusCode ?? 0, performance.now());
      answer.resume().once('end', () => {
        this.open.delete(sent);
        this.begin(n);
      });
    });
    sent.once('error', (error) => {
      if (!this.stopped) throw error;
    });
    this.open.add(sent);
    sent.end(body);
  }

  stop(): void {
    this.stopped = true;
    for (const sent of this.open) sent.destroy();
    this.agent.destroy();
  }
}
