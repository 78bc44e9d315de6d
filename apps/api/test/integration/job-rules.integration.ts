import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Caller } from '../../src/common/access/caller.js';
import { Prisma } from '../../src/generated/prisma/client.js';
import { ExpiredLeasesRepository } from '../../src/jobs/expired-leases.repository.js';
import type { Transition } from '../../src/jobs/job-transitions.statement.js';
import { JobsRepository } from '../../src/jobs/jobs.repository.js';
import { RunningAttempts } from '../../src/jobs/running-attempts.js';
import {
  type Kind,
  mutationsOf,
  RULES,
  type Rule,
  type SqlMutation,
  type Step,
} from './job-rules-fixture.js';
import { JobsDatabase, SYSTEM } from './jobs-fixture.js';

const KINDS: Kind[] = ['start', 'progress', 'complete', 'fail', 'requeue', 'retry', 'cancel'];

/** Then the full statement makes the change. */
const SHORT_STATEMENT_CHANGES_NOTHING = ['staleWhileRunning: AND → OR'];

/*
 * The rules of jobs are SQL, which no mutation tester changes. So it is done here: every condition is turned around, one slip at a
 * time, and the table of rules has to notice. These it cannot notice, for they make no difference:
 */
const UNNOTICED: Partial<Record<Kind, string[]>> = {
  progress: SHORT_STATEMENT_CHANGES_NOTHING,
  complete: SHORT_STATEMENT_CHANGES_NOTHING,
  requeue: SHORT_STATEMENT_CHANGES_NOTHING,
  start: [
    // No job is PENDING with its attempts used up: retry and the sweeper see to that before.
    'allowed: < → <=',
    // The retry before it has forgotten the outcome already; either is enough.
    'set: outcome_digest = NULL → outcome_digest = job.outcome_digest',
  ],
  retry: [
    // The start after it forgets the outcome, too.
    'set: outcome_digest = NULL → outcome_digest = job.outcome_digest',
  ],
};

let database: JobsDatabase;
let jobs: JobsRepository;
let workspaceId: string;
let first: Caller;
let another: Caller;

beforeAll(async () => {
  database = await JobsDatabase.open();
  jobs = new JobsRepository(database.prisma, new RunningAttempts());
  workspaceId = await database.insertWorkspace('mine');
  first = await database.insertCaller(workspaceId);
  another = await database.insertCaller(workspaceId);
});

afterAll(() => database?.close());

describe.each(KINDS)('%s', (kind) => {
  const rules = RULES.filter(({ step }) => step.kind === kind);

  it('follows every rule', async () => {
    const broken: string[] = [];
    for (const rule of rules) {
      const found = await outcomeOf(rule);
      if (found !== rule.outcome) broken.push(`${rule.outcome} of rule ${rules.indexOf(rule)} is ${found}`);
    }
    expect(broken).toEqual([]);
  });

  it('has a test for each of its conditions', async () => {
    const [sample] = rules;
    if (sample === undefined) throw new Error(`no rules for ${kind}`);
    const slips = mutationsOf(sample.step.transition);
    expect(slips.length).toBeGreaterThan(5);
    const unnoticed: string[] = [];
    for (const slip of slips) {
      if (!(await isNoticed(slip))) unnoticed.push(`${slip.part}: ${slip.was.trim()} → ${slip.is.trim()}`);
    }
    expect(unnoticed).toEqual(UNNOTICED[kind] ?? []);
  });

  async function isNoticed(slip: SqlMutation): Promise<boolean> {
    const slipped = (step: Step): Step =>
      step.kind === kind ? { ...step, transition: withMutation(step.transition, slip) } : step;
    for (const { before, step, outcome } of rules) {
      if (
        (await outcomeOf({
          before: before.map((it) => (it === 'expire' ? it : slipped(it))),
          step: slipped(step),
        })) !== outcome
      )
        return true;
    }
    return false;
  }
});

function withMutation(transition: Transition, { part, was, is, text, at }: SqlMutation): Transition {
  const right = transition.rules[part];
  if (right === undefined) throw new Error(`there is no ${part}`);
  const strings = right.strings.map((it, index) =>
    index === text ? it.slice(0, at) + is + it.slice(at + was.length) : it,
  );
  return { ...transition, rules: { ...transition.rules, [part]: Prisma.sql(strings, ...right.values) } };
}

async function outcomeOf({ before, step }: Omit<Rule, 'outcome'>): Promise<string> {
  try {
    const id = await makeJob();
    for (const it of before) {
      if (it === 'expire') await expire(id);
      else await change(id, it);
    }
    const { job, applied } = await change(id, step);
    const { status, attempt, progressPercent, currentStep, tokensUsed, startedAt, endedAt, durationSeconds } =
      job;
    const hasDuration = startedAt !== null && endedAt !== null;
    if (hasDuration !== (durationSeconds !== null) && status !== 'PENDING')
      return 'a duration without a run, or a run without one';
    return applied
      ? `${status}@${attempt} ${progressPercent}% ${currentStep ?? '-'} ${tokensUsed}`
      : 'unchanged';
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    // The statement judges all four alike.
    return ['job-cancelled', 'attempts-exhausted', 'job-final'].includes(code) ? 'illegal-transition' : code;
  }
}

function change(id: string, { transition, by }: Step): ReturnType<JobsRepository['change']> {
  return jobs.change(by === 'another' ? another : first, id, null, transition);
}

async function makeJob(): Promise<string> {
  const wanted = {
    workspaceId,
    type: 'build',
    repository: null,
    issueNumber: null,
    priority: 50,
    metadata: {},
    maxAttempts: 2,
    notBefore: null,
    retry: null,
  };
  return (await jobs.create(first, wanted, null)).job.id;
}

async function expire(id: string): Promise<void> {
  const past = `UPDATE jobs SET lease_expires_at = now() - interval '1 s' FROM ctx WHERE id = $1`;
  await database.sql.query(`${SYSTEM} ${past}`, [id]);
  await new ExpiredLeasesRepository(database.prisma).expire();
}
