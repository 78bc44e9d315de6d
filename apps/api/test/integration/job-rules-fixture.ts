import {
  cancel,
  complete,
  fail,
  failAndRequeue,
  progress,
  retry,
  start,
  type Transition,
} from '../../src/jobs/job-transitions.statement.js';
import { digestOf } from '../../src/jobs/request-digest.js';

export type Kind = 'start' | 'progress' | 'complete' | 'fail' | 'requeue' | 'retry' | 'cancel';

/** A transition that the rules tell apart, with nothing in it that they do not look at. */
export interface Step {
  kind: Kind;
  transition: Transition;
  /** the coordinator that does it; left out: the first one */
  by?: 'another';
}

/** `expire`: its lease runs out and is swept. */
export type Before = Step | 'expire';

type Attempt = number | null;

export const S = (attempt: Attempt = null, agentId: string | null = 'agent'): Step => ({
  kind: 'start',
  transition: start({ attempt, agentId, agentType: null, leaseSeconds: 60 }),
});
export const P = (
  progressPercent: number,
  of: { step?: string; tokens?: number; attempt?: number } = {},
): Step => ({
  kind: 'progress',
  transition: progress({
    progressPercent,
    currentStep: of.step ?? null,
    tokensUsed: of.tokens ?? null,
    attempt: of.attempt ?? null,
  }),
});
export const C = (body: string, attempt: Attempt = null, tokensUsed: number | null = null): Step => ({
  kind: 'complete',
  transition: complete({ result: body, tokensUsed, durationSeconds: null, attempt, digest: digestOf(body) }),
});
export const F = (body: string, attempt: Attempt = null, final = false): Step => ({
  kind: 'fail',
  transition: fail({
    error: body,
    failedStep: null,
    gateResults: null,
    continuationPrompt: null,
    attempt,
    final,
    digest: digestOf(body),
  }),
});
/** A fail that asks for a retry. */
export const Q = (body: string, attempt: Attempt = null): Step => ({
  kind: 'requeue',
  transition: failAndRequeue({
    error: body,
    attempt,
    afterSeconds: null,
    digest: digestOf({ retry: true, body }),
  }),
});
export const R = (attempt: Attempt = null): Step => ({ kind: 'retry', transition: retry({ attempt }) });
export const X = (attempt: Attempt = null): Step => ({ kind: 'cancel', transition: cancel({ attempt }) });

export const byAnother = (step: Step): Step => ({ ...step, by: 'another' });

const REQUEUED = [S(), F('a'), R(1)];
const TAKEN_BACK: Before[] = [S(), 'expire'];
/** two attempts are all that these jobs have */
const LAPSED: Before[] = [...REQUEUED, S(), 'expire'];

const no = 'illegal-transition';
const stale = 'stale-attempt';
const same = 'unchanged';

export interface Rule {
  before: Before[];
  step: Step;
  /** status, attempt, percent, step and tokens of the job that it changed; `unchanged`; or the code of the refusal */
  outcome: string;
}

/** The table of states, the fencing by attempt, what counts as a repeat, and what only rises. */
const TABLE: [before: Before[], step: Step, outcome: string][] = [
  [[], S(), 'RUNNING@1 0% - 0'],
  [[], S(0), stale],
  [[S()], S(), same],
  [[S()], S(1), same],
  [[S()], S(2), stale],
  [[S()], S(null, 'another'), no],
  [[S()], S(1, 'another'), no],
  [[S()], S(null, null), no],
  [[S()], byAnother(S()), no],
  [[S(), C('a')], S(), no],
  [[S(), F('a')], S(), no],
  [[S(), F('a')], S(1), no],
  [[S(), X()], S(), no],
  [[S(), P(50, { step: 'x', tokens: 5 }), F('a'), R(1)], S(), 'RUNNING@2 0% - 0'],
  [LAPSED, S(), no],
  [LAPSED, S(2), stale],
  [TAKEN_BACK, S(), 'RUNNING@2 0% - 0'],

  [[], P(10), no],
  [[], P(10, { attempt: 0 }), stale],
  [[S()], P(10), 'RUNNING@1 10% - 0'],
  [[S()], P(10, { attempt: 1, step: 'x', tokens: 3 }), 'RUNNING@1 10% x 3'],
  [[S()], P(10, { attempt: 2 }), stale],
  [[S()], byAnother(P(10)), stale],
  [[S()], byAnother(P(10, { attempt: 1 })), 'RUNNING@1 10% - 0'],
  [[S(), C('a')], byAnother(P(10)), no],
  [[S()], P(0), same],
  [[S(), P(10)], P(10), same],
  [[S(), P(10)], P(5), same],
  [[S(), P(10, { step: 'x', tokens: 5 })], P(20), 'RUNNING@1 20% x 5'],
  [[S(), P(10, { step: 'x', tokens: 5 })], P(20, { step: 'y', tokens: 4 }), 'RUNNING@1 20% y 5'],
  [[S(), P(10, { step: 'x', tokens: 5 })], P(10, { step: 'y' }), 'RUNNING@1 10% y 5'],
  [[S(), P(10, { step: 'x', tokens: 5 })], P(10, { step: 'x', tokens: 5 }), same],
  [[S(), P(10, { step: 'x', tokens: 5 })], P(10, { tokens: 4 }), same],
  [[S(), P(10, { step: 'x', tokens: 5 })], P(5, { step: 'y', tokens: 5 }), same],
  [[S(), P(10, { step: 'x', tokens: 5 })], P(5, { step: 'y', tokens: 6 }), 'RUNNING@1 10% x 6'],
  [[S(), C('a')], P(10), no],
  [[S(), F('a')], P(10), no],
  [[S(), F('a')], P(10, { attempt: 1 }), no],
  [[S(), X()], P(10), no],
  [REQUEUED, P(10, { attempt: 1 }), stale],
  [[...REQUEUED, S()], P(10, { attempt: 1 }), stale],
  [LAPSED, P(10), no],
  [LAPSED, P(10, { attempt: 2 }), stale],

  [[], C('a'), no],
  [[], C('a', 0), stale],
  [[S()], C('a'), 'COMPLETED@1 0% - 0'],
  [[S()], C('a', 1), 'COMPLETED@1 0% - 0'],
  [[S()], C('a', 2), stale],
  [[S()], byAnother(C('a')), stale],
  [[S()], byAnother(C('a', 1)), 'COMPLETED@1 0% - 0'],
  [[S(), C('a')], byAnother(C('a')), same],
  [[S(), C('a')], byAnother(C('b')), no],
  [[S(), P(10, { tokens: 5 })], C('a', 1, 3), 'COMPLETED@1 10% - 5'],
  [[S(), P(10, { tokens: 5 })], C('a', 1, 7), 'COMPLETED@1 10% - 7'],
  [[S(), C('a')], C('a'), same],
  [[S(), C('a', 1)], C('a', 1), same],
  [[S(), C('a')], C('b'), no],
  [[S(), C('a')], C('b', 2), stale],
  [[S(), F('a')], C('a'), no],
  [[S(), F('a')], C('b', 1), no],
  [[S(), X()], C('a'), no],
  [REQUEUED, C('a', 1), stale],
  [LAPSED, C('a'), no],
  [LAPSED, C('a', 2), stale],

  [[], F('a'), 'FAILED@0 0% - 0'],
  [[], F('a', 0), stale],
  [[S()], F('a'), 'FAILED@1 0% - 0'],
  [[S()], F('a', 1), 'FAILED@1 0% - 0'],
  [[S()], F('a', 2), stale],
  [[S()], byAnother(F('a')), stale],
  [[S()], byAnother(F('a', 1)), 'FAILED@1 0% - 0'],
  [[], byAnother(F('a')), 'FAILED@0 0% - 0'],
  [[S(), C('a')], byAnother(F('a')), no],
  [[S(), F('a')], F('a'), same],
  [[S(), F('a')], F('b'), no],
  [[S(), F('a')], F('b', 1), no],
  [[S(), F('lease-expired')], F('b', 1), no],
  [[S(), C('a')], F('a'), no],
  [[S(), X()], F('a'), no],
  [REQUEUED, F('a', 1), stale],
  [LAPSED, F('a'), no],
  [LAPSED, F('a', 2), stale],

  [[], Q('a'), no],
  [[], Q('a', 0), stale],
  [[S()], Q('a'), 'PENDING@1 0% - 0'],
  [[S(), P(10, { step: 'x', tokens: 5 })], Q('a', 1), 'PENDING@1 10% x 5'],
  [[S()], Q('a', 2), stale],
  [[S()], byAnother(Q('a')), stale],
  [[S()], byAnother(Q('a', 1)), 'PENDING@1 0% - 0'],
  [[S(), Q('a')], Q('a'), no],
  [[S(), Q('a', 1)], Q('a', 1), same],
  [[S(), Q('a', 1)], Q('b', 1), stale],
  [[S(), Q('a', 1)], F('a', 1), stale],
  [[S(), Q('a', 1), S()], Q('a', 1), same],
  [[S(), Q('a', 1), S()], Q('b', 1), stale],
  [[S(), Q('a', 1), S(), C('a')], Q('a', 1), same],
  [[S(), Q('a', 1), S(), F('a')], Q('b', 2), no],
  [[S(), Q('a', 1), S()], Q('b', 2), 'FAILED@2 0% - 0'],
  [[S(), Q('a', 1), S(), Q('b', 2)], Q('b', 2), same],
  [[S(), Q('a', 1), S(), Q('b')], Q('b'), same],
  [[S(), Q('a', 1), S(), Q('b', 2)], Q('c', 2), no],
  [[S(), Q('a', 1), S(), Q('b', 2)], Q('a', 1), same],
  [[S(), F('a')], Q('a'), no],
  [[S(), C('a')], Q('a'), no],
  [[S(), X()], Q('a'), no],
  [REQUEUED, Q('a', 1), stale],
  [LAPSED, Q('a'), no],
  [LAPSED, Q('a', 2), stale],

  [[], R(), no],
  [[], R(0), no],
  [[S()], R(), no],
  [[S()], R(1), no],
  [[S(), F('a')], R(), 'PENDING@1 0% - 0'],
  [[S(), F('a')], R(1), 'PENDING@1 0% - 0'],
  [[S(), F('a')], R(0), stale],
  [[F('a')], R(0), 'PENDING@0 0% - 0'],
  [[S(), F('a', null, true)], R(), no],
  [[S(), F('a', null, true)], R(1), no],
  [[S(), Q('a', 1)], R(1), no],
  [REQUEUED, R(1), same],
  [REQUEUED, R(), no],
  [REQUEUED, R(0), stale],
  [TAKEN_BACK, R(1), no],
  [[...REQUEUED, S()], R(1), stale],
  [[...REQUEUED, S()], R(2), no],
  [[...REQUEUED, S(), F('b')], R(), no],
  [[...REQUEUED, S(), F('b')], R(2), no],
  [[S(), C('a')], R(1), no],
  [[S(), X()], R(1), no],
  [LAPSED, R(2), no],

  [[], X(), 'CANCELLED@0 0% - 0'],
  [[], X(0), stale],
  [[S()], X(), 'CANCELLED@1 0% - 0'],
  [[S()], X(1), 'CANCELLED@1 0% - 0'],
  [[S()], X(2), stale],
  [[S()], byAnother(X()), stale],
  [[S()], byAnother(X(1)), 'CANCELLED@1 0% - 0'],
  [[], byAnother(X()), 'CANCELLED@0 0% - 0'],
  [[S(), C('a')], byAnother(X()), no],
  [[S(), X()], X(), same],
  [[S(), X()], X(1), same],
  [[S(), X()], X(2), stale],
  [[X()], X(0), same],
  [[S(), C('a')], X(), no],
  [[S(), C('a')], X(1), no],
  [[S(), F('a')], X(), no],
  [[S(), F('a')], X(1), no],
  [REQUEUED, X(1), stale],
  [LAPSED, X(), no],
  [LAPSED, X(2), stale],
];

export const RULES: Rule[] = TABLE.map(([before, step, outcome]) => ({ before, step, outcome }));

/** Changes of SQL that stays SQL: the slips that a hand makes. */
const MUTATIONS: [RegExp, string][] = [
  [/ = /g, ' <> '],
  [/ <> /g, ' = '],
  [/ > /g, ' >= '],
  [/ < /g, ' <= '],
  [/ >= /g, ' > '],
  [/\bAND\b/g, 'OR'],
  [/\bOR\b/g, 'AND'],
  [/ IN \(/g, ' NOT IN ('],
  [/'PENDING', /g, ''],
  [/, 'RUNNING'/g, ''],
  [/IS NOT NULL/g, 'IS NULL'],
  [/(?<!NOT )IS NULL|(?<=\) )IS NULL/g, 'IS NOT NULL'],
  [/IS DISTINCT FROM/g, 'IS NOT DISTINCT FROM'],
  [/IS NOT TRUE/g, 'IS TRUE'],
  [/\bAND job\.retried\b/g, ''],
  [/^false$/g, 'true'],
];

/** In assignments `=` says nothing: these are the slips that a SET list allows. */
const SET_MUTATIONS: [RegExp, string][] = [
  [/greatest\(/g, 'least('],
  [/ >= /g, ' > '],
  [/attempt \+ 1/g, 'attempt + 2'],
  [/attempt \+ 1/g, 'attempt'],
  [/progress_percent = 0/g, 'progress_percent = job.progress_percent'],
  [/tokens_used = 0/g, 'tokens_used = job.tokens_used'],
  [/current_step = NULL/g, 'current_step = job.current_step'],
  [/outcome_digest = NULL/g, 'outcome_digest = job.outcome_digest'],
  [/retried = true/g, 'retried = false'],
  [/status = '(?!RUNNING)\w+'/g, "status = 'RUNNING'"],
  [/status = 'RUNNING'/g, "status = 'PENDING'"],
];

const PARTS = ['repeated', 'stale', 'staleWhileRunning', 'allowed', 'idle', 'set'] as const;

export interface SqlMutation {
  part: (typeof PARTS)[number];
  /** what stood there, and what stands there now */
  was: string;
  is: string;
  /** which of the texts between the values, and where in it */
  text: number;
  at: number;
}

/** Every slip that one kind of transition offers. */
export function mutationsOf({ rules }: Transition): SqlMutation[] {
  return PARTS.flatMap((part) =>
    (rules[part]?.strings ?? []).flatMap((string, text) =>
      (part === 'set' ? SET_MUTATIONS : MUTATIONS).flatMap(([pattern, is]) =>
        [...string.matchAll(pattern)].map(({ 0: was, index }) => ({ part, was, is, text, at: index })),
      ),
    ),
  );
}
