export { JobLostError, type ProgressReport } from './attempt.js';
export { type CoordinatorClient, createCoordinator } from './coordinator.js';
export type { ClientEvent } from './event.js';
export type { FeedRecord, FollowOptions, JobEvent } from './feed.js';
export { InvalidKeyError, type Key, type KeyStore, keyFile } from './key.js';
export { createOperator, type FeedOptions, type OperatorClient } from './operator.js';
export {
  type Answer,
  type DataOf,
  hasCode,
  type Problem,
  ProblemError,
  type ProblemOf,
  UnexpectedAnswerError,
  UnreachableError,
  unwrap,
} from './problem.js';
export { type CoordinatorPaths, everyItem, type OperatorPaths, type Page, type Requests } from './routes.js';
export type * as schema from './schema.js';
export type { components, Job, JobStatus, ProblemCode, paths } from './schema.js';
export type { TransportOptions } from './transport.js';
export { type Handler, type JobContext, JobFailure, type Worker, type WorkerOptions } from './worker.js';
