import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { REPOSITORY_ROOT } from '../config/environment.js';

/** What `npm run build` writes. */
export const CONSOLE_BUILD = join(REPOSITORY_ROOT, 'apps/console/dist');
/** The build has this text where the nonce belongs (`html.cspNonce` in vite.config.ts). */
const NONCE_PLACE = '__CSP_NONCE__';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const compress = promisify(gzip);

/** A file of the console, as it is sent. Its name contains a hash of its content. */
export interface ConsoleAsset {
  type: string;
  plain: Buffer;
  gzipped: Buffer;
}

/** The page, with a nonce that no other answer has. */
export interface ConsolePage {
  html: string;
  nonce: string;
}

/** The built console, in memory: a request names a file, and never a path. */
@Injectable()
export class ConsoleAssets implements OnModuleInit {
  private readonly logger = new Logger(ConsoleAssets.name);
  private readonly assets = new Map<string, ConsoleAsset>();
  private template: readonly string[] | undefined;

  async onModuleInit(): Promise<void> {
    await this.load(CONSOLE_BUILD);
  }

  /** Reads the build, and compresses it once for all requests. Without one, the API works and the console answers 404. */
  async load(folder: string): Promise<void> {
    try {
      this.template = (await readFile(join(folder, 'index.html'), 'utf8')).split(NONCE_PLACE);
      const names = await readdir(join(folder, 'assets'));
      await Promise.all(names.map((name) => this.read(folder, name)));
    } catch (error) {
      this.template = undefined;
      this.assets.clear();
      if (!isMissing(error)) throw error;
      this.logger.warn('The console is not built, so /console answers 404. To build it: npm run build');
    }
  }

  /** @returns undefined if the console is not built */
  page(): ConsolePage | undefined {
    if (this.template === undefined) return undefined;
    const nonce = randomBytes(18).toString('base64');
    return { html: this.template.join(nonce), nonce };
  }

  /** @returns undefined if there is no such file */
  find(name: string): ConsoleAsset | undefined {
    return this.assets.get(name);
  }

  private async read(folder: string, name: string): Promise<void> {
    const type = TYPES[extname(name)];
    // Anything else, a source map for example, is not for readers of the page.
    if (type === undefined) return;
    const plain = await readFile(join(folder, 'assets', name));
    const gzipped = await compress(plain, { level: constants.Z_BEST_COMPRESSION });
    this.assets.set(name, { type, plain, gzipped });
  }
}

function isMissing(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}
