import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** What `POST /api/v1/repos/{owner}/{repo}/hooks` takes (Gitea's CreateHookOption). */
interface Hook {
  type: string;
  active: boolean;
  events: string[];
  config: { url: string; content_type: string };
  authorization_header: string;
}

interface Asked {
  method: string | undefined;
  path: string | undefined;
  authorization: string | undefined;
  hook: Hook;
}

/** Stands in for a Gitea: takes webhooks over its API, and delivers as they ask. */
export class GiteaHooks {
  readonly asked: Asked[] = [];
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, answer) => {
      const { method, url: path } = request;
      const { authorization }: IncomingHttpHeaders = request.headers;
      json(request).then(
        (hook) => {
          this.asked.push({ method, path, authorization, hook: hook as Hook });
          answer.writeHead(201, { 'Content-Type': 'application/json' }).end(JSON.stringify(hook));
        },
        () => answer.writeHead(422).end(),
      );
    });
  }

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.close();
  }

  /** An issue was assigned. @param event as Gitea names it in a hook; all of an issue's own go out as `issues` */
  async deliver({ hook }: Asked, event: 'issue_assign', issue: number): Promise<Response> {
    if (!hook.active || !hook.events.includes(event)) throw new Error(`the hook does not ask for ${event}`);
    return await fetch(hook.config.url, {
      method: 'POST',
      headers: {
        Authorization: hook.authorization_header,
        'Content-Type': 'application/json',
        'X-Gitea-Event': 'issues',
        'X-Gitea-Event-Type': event,
        'X-GitHub-Event': 'issues',
      },
      body: JSON.stringify({
        action: 'assigned',
        issue: { number: issue },
        repository: { full_name: 'acme/shop' },
      }),
    });
  }
}
