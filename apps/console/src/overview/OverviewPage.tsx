import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import type { JobStatus } from '../generated/schema';
import { STATUS_LOOKS } from '../jobs/JobStatusBadge';
import { STATUSES } from '../jobs/job-search';
import { useCan } from '../session/session';
import { Badge } from '../shared/Badge';
import { useNow } from '../shared/clock';
import { formatAge, formatClock, formatCount, formatNumber } from '../shared/format';
import { GoTo } from '../shared/GoTo';
import { Icon } from '../shared/Icon';
import { Page, Section } from '../shared/Page';
import { LoadFailed, SkeletonRows } from '../shared/States';
import { readStored } from '../shared/settings';
import { Time } from '../shared/Time';
import { useIsPhone } from '../shared/use-is-phone';
import { type AttentionItem, type AttentionLine, lineOf } from './attention';
import classes from './Overview.module.css';
import { FIRST_COORDINATOR_QUERY, JOB_COUNT_QUERY, OVERVIEW_QUERY } from './reading';

const RequestsChart = lazy(() => import('./RequestsChart'));
const READ_EVERY_MS = 30_000;

/** What needs a person, and the last hour. */
export function OverviewPage() {
  const canReadJobs = useCan('operator-jobs:read');
  const overview = useQuery({ ...OVERVIEW_QUERY, refetchInterval: READ_EVERY_MS });
  const isEmpty = useIsEmpty();
  if (isEmpty && readStored('coordinator-registry.start-skipped') !== true) return <GoTo href="/start" />;
  return (
    <Page title="Overview">
      {isEmpty && <OfferStart />}
      {overview.isPending ? (
        <SkeletonRows what="the overview" rows={8} />
      ) : overview.data === undefined ? (
        <LoadFailed what="The overview" error={overview.error} onRetry={() => void overview.refetch()} />
      ) : (
        <>
          <Attention items={overview.data.attention} />
          <div className={classes.grid}>
            <Requests requests={overview.data.requests} />
            <div className={classes.stack}>
              {canReadJobs && <Jobs />}
              <Seal seal={overview.data.seal} rateLimits={overview.data.rateLimits} />
            </div>
          </div>
        </>
      )}
    </Page>
  );
}

/** Only an administrator can begin, and only a registry without a coordinator has not begun. */
function useIsEmpty(): boolean {
  const isAdmin = useCan('system:admin');
  const first = useQuery({ ...FIRST_COORDINATOR_QUERY, enabled: isAdmin });
  return isAdmin && first.data?.items.length === 0;
}

function OfferStart() {
  return (
    <div className={classes.offer}>
      <span>This registry has no coordinator yet.</span>
      <Button component={Link} to="/start" size="xs" variant="default">
        Go on with the first steps
      </Button>
    </div>
  );
}

function Attention({ items }: { items: readonly AttentionItem[] }) {
  useNow(15);
  const isAdmin = useCan('system:admin');
  const lines = items.map((item) => lineOf(item, isAdmin));
  return (
    <Section title="Needs attention">
      {lines.length === 0 ? (
        <p className={classes.nothing}>
          <Icon name="check" /> Nothing needs attention.
        </p>
      ) : (
        <ul className={classes.lines}>
          {lines.map((line) => (
            <Line key={line.key} line={line} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function Line({ line }: { line: AttentionLine }) {
  return (
    <li data-severity={line.severity}>
      <Icon name={line.severity === 'critical' ? 'octagon' : 'warning'} />
      <span className={classes.text}>{line.text}</span>
      {line.since !== null && (
        <span className="secondary small nowrap">
          <Time at={line.since} />
        </span>
      )}
      <Button component={Link} to={line.to} size="xs" variant="default">
        {line.button}
      </Button>
    </li>
  );
}

type Requests = { at: string; served: number; refused: number; limited: number }[];

function Requests({ requests }: { requests: Requests | null }) {
  const isPhone = useIsPhone();
  if (requests === null) return null;
  const sum = (name: 'served' | 'refused' | 'limited') => requests.reduce((total, it) => total + it[name], 0);
  const [served, refused, limited] = [sum('served'), sum('refused'), sum('limited')];
  const sentence = `In the last hour, ${formatNumber(served)} requests were served, ${formatNumber(refused)} refused and ${formatNumber(limited)} over a limit.`;
  const chart = (
    <Suspense fallback={<div className={classes.chart} />}>
      <div className={classes.chart} aria-hidden="true">
        <RequestsChart requests={requests} />
      </div>
    </Suspense>
  );
  return (
    <section className={classes.card} aria-label="Requests in the last hour">
      <h2 className="section-title">Requests in the last hour</h2>
      <div className={classes.figures}>
        <Figure number={formatNumber(served)} name="served" />
        <Figure number={formatNumber(refused)} name="refused" to="/log?outcome=DENIED&since=1h" />
        <Figure number={formatNumber(limited)} name="over a limit" to="/log?action=rate.limited&since=1h" />
      </div>
      {isPhone ? (
        <details>
          <summary>Show the chart</summary>
          {chart}
        </details>
      ) : (
        chart
      )}
      <p className="secondary small">{sentence}</p>
      <details className={classes.data}>
        <summary>As a table</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">Minute</th>
              <th scope="col">Served</th>
              <th scope="col">Refused</th>
              <th scope="col">Over a limit</th>
            </tr>
          </thead>
          <tbody>
            {requests.map((it) => (
              <tr key={it.at}>
                <td>{formatClock(Date.parse(it.at))}</td>
                <td>{formatNumber(it.served)}</td>
                <td>{formatNumber(it.refused)}</td>
                <td>{formatNumber(it.limited)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </section>
  );
}

function Figure({ number, name, to }: { number: string; name: string; to?: string }) {
  const content = (
    <>
      <strong>{number}</strong>
      <span className="secondary small">{name}</span>
    </>
  );
  return to === undefined ? (
    <div className={classes.figure}>{content}</div>
  ) : (
    <Link to={to} className={classes.figure}>
      {content}
    </Link>
  );
}

function Jobs() {
  const count = useQuery({ ...JOB_COUNT_QUERY, refetchInterval: READ_EVERY_MS });
  return (
    <section className={classes.card} aria-label="Jobs by status">
      <h2 className="section-title">Jobs by status</h2>
      <ul className={classes.statuses}>
        {STATUSES.map((status) => (
          <JobLine key={status} status={status} number={count.data?.byStatus[status]} />
        ))}
      </ul>
    </section>
  );
}

function JobLine({ status, number }: { status: JobStatus; number: number | undefined }) {
  const { icon, tone, name } = STATUS_LOOKS[status];
  return (
    <li>
      <Link to="/jobs" search={{ status }} className={classes.status}>
        <Badge tone={tone} icon={icon}>
          {name}
        </Badge>
        <span className="number">{number === undefined ? '–' : formatCount(number, number >= 10_000)}</span>
      </Link>
    </li>
  );
}

interface SealOfLog {
  state: string;
  reason: string | null;
  seq: number | null;
  size: number | null;
  sealedAt: string | null;
}

function Seal({ seal, rateLimits }: { seal: SealOfLog | null; rateLimits: string | null }) {
  const now = useNow(5);
  if (seal === null) return null;
  const look = sealLook(seal.state);
  return (
    <section className={classes.card} aria-label="Seal of the log">
      <h2 className="section-title">Seal of the log</h2>
      <div className={classes.line}>
        <Badge tone={look.tone} icon={look.icon}>
          {look.name}
        </Badge>
        {seal.sealedAt !== null && <span>{formatAge(Math.min(Date.parse(seal.sealedAt), now), now)}</span>}
      </div>
      {seal.reason !== null && <p>{seal.reason}</p>}
      <p className="secondary small">
        {seal.size === null
          ? 'Nothing is sealed yet.'
          : `Checkpoint ${formatNumber(seal.seq ?? 0)} covers ${formatNumber(seal.size)} records.`}{' '}
        <Link to="/log/checkpoints">Checkpoints</Link>
      </p>
      {rateLimits !== null && (
        <p className="secondary small">
          {rateLimits === 'shared'
            ? 'Rate limits hold over all servers.'
            : 'Each server counts rate limits alone.'}
        </p>
      )}
    </section>
  );
}

function sealLook(state: string) {
  switch (state) {
    case 'ok':
      return { tone: 'good', icon: 'dot', name: 'Sealed' } as const;
    case 'stale':
      return { tone: 'warning', icon: 'clock', name: 'Late' } as const;
    default:
      return { tone: 'bad', icon: 'cross', name: 'Stopped' } as const;
  }
}
