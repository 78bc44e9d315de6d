import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { RetentionMonths } from './audit-log/retention/retention-months.repository.js';
import { createLogger } from './common/logging.js';
import { loadConfig } from './config/app-config.js';
import { readEnvironment } from './config/environment.js';
import { locateData } from './database/embedded/data-directory.js';
import { prepareDatabase } from './database/prepare-database.js';
import { explainFailure } from './start-failure.js';

const SIGNALS: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** How long requests in progress may take until they are answered. */
const ANSWER_WITHIN_MS = 10_000;
/** How long requests on open connections are refused before those connections are closed. */
const REFUSE_FOR_MS = 500;
/** Ctrl-C arrives twice, from the terminal and from npm. Signals within this time count as one. */
const ONE_SIGNAL_MS = 1_000;

/** Functions that release what the start has taken, called in reverse order. */
const releases: (() => Promise<void>)[] = [];

void run();

async function run(): Promise<void> {
  // The reader of our output may be gone, and the terminal too. That must not prevent an orderly stop.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const stopping = onSignal();
  let failed = false;
  try {
    await start(stopping);
    await aborted(stopping);
  } catch (error) {
    if (!stopping.aborted) {
      failed = true;
      logError(`The server cannot start: ${explainFailure(error)}`);
    }
  }
  for (const release of releases.reverse()) {
    try {
      await release();
    } catch (error) {
      failed = true;
      logError(`The server did not stop cleanly: ${explainFailure(error)}`);
    }
  }
  process.exit(failed ? 1 : 0);
}

async function start(stopping: AbortSignal): Promise<void> {
  const { config, note } = await locateData(loadConfig(readEnvironment()));
  const logger = createLogger(config);
  Logger.overrideLogger(logger);
  if (note !== undefined) show(note);

  // Loading takes about as long as the start of an embedded Postgres, so do both at once.
  const loading = import('./application.js');
  loading.catch(() => undefined);
  const database = await prepareDatabase(config, logger, {
    setting: new RetentionMonths(config.auditRetentionMonths),
    create: true,
  });
  releases.push(() => database.stop());
  stopping.throwIfAborted();

  const { createApplication, ensureFirstAdmin } = await loading;
  const app = await createApplication(config, database.connection, logger);
  releases.push(() => close(app));
  // Clients with a kept-alive connection get a 503 to read, also if the signal comes before the end of the start.
  stopping.addEventListener('abort', () => app.getHttpAdapter().getInstance().refuseRequests(), {
    once: true,
  });
  await app.init();
  stopping.throwIfAborted();

  // Listen first, because it may fail: the key of the first admin is shown only once.
  await app.listen(config.port, config.host);
  const url = await app.getUrl();
  await ensureFirstAdmin(app, (line) =>
    show(`\n${line}\nConsole: ${url}/console\nDocumentation: ${url}/docs\n`),
  );
  show(`Serving on ${url}`);
}

/** Takes no more requests, answers those in progress, and then lets every module write what it holds. */
async function close(app: NestFastifyApplication): Promise<void> {
  const server = app.getHttpServer();
  const fastify = app.getHttpAdapter().getInstance();
  fastify.refuseRequests();
  await sleep(REFUSE_FOR_MS);
  // Closes kept-alive connections once their current request is answered.
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  const closed = fastify.close();
  await Promise.race([closed, sleep(ANSWER_WITHIN_MS, undefined, { ref: false })]);
  clearInterval(sweep);
  server.closeAllConnections();
  await app.close();
}

/** Aborts at the first signal. A second one ends the process at once. */
function onSignal(): AbortSignal {
  const stopping = new AbortController();
  let first = 0;
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (stopping.signal.aborted) {
        if (performance.now() - first < ONE_SIGNAL_MS) return;
        logError(`${signal} again: not waiting for the rest`);
        process.exit(1);
      }
      first = performance.now();
      show(`${signal}: stopping`);
      stopping.abort();
    });
  }
  return stopping.signal;
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}

function show(line: string): void {
  process.stdout.write(`${line}\n`);
}

function logError(line: string): void {
  process.stderr.write(`${line}\n`);
}
