import { ActionIcon, Button, Tabs } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { api } from '../api';
import type { AuditRecord } from '../generated/schema';
import { Facts } from '../shared/Facts';
import { formatFull, formatNumber, shortId } from '../shared/format';
import { Icon, type IconName } from '../shared/Icon';
import { Id } from '../shared/Id';
import { Json } from '../shared/Json';
import { WorkspaceName } from '../shared/names';
import { hasCode } from '../shared/problem';
import { LoadFailed, Notice, SkeletonRows } from '../shared/States';
import { kindOf, sentenceOf } from './actions';
import { Diff } from './Diff';
import { excludedOf, type LogSearch } from './log-search';
import { OutcomeBadge } from './OutcomeBadge';
import { ProofSection } from './ProofSection';
import classes from './RecordPanel.module.css';

interface Props {
  id: string;
  /** the row of the list, if it is loaded */
  listed: AuditRecord | undefined;
  search: LogSearch;
  onClose: () => void;
}

/** One record, beside the list. */
export function RecordPanel({ id, listed, search, onClose }: Props) {
  const found = api.useQuery(
    'get',
    '/audit-log/{id}',
    { params: { path: { id } } },
    { enabled: listed === undefined },
  );
  const record = listed ?? found.data;
  return (
    <aside className={classes.panel} aria-label="Record">
      <div className={classes.head}>
        <h2 className="section-title">Record</h2>
        <ActionIcon variant="subtle" color="gray" aria-label="Close the record" onClick={onClose}>
          <Icon name="cross" />
        </ActionIcon>
      </div>
      {record !== undefined ? (
        <Content record={record} search={search} />
      ) : found.isPending ? (
        <SkeletonRows what="the record" rows={6} />
      ) : hasCode(found.error, 'not-found', 'invalid-request') ? (
        <Notice>There is no such record, or you may not see its workspace.</Notice>
      ) : (
        <LoadFailed what="The record" error={found.error} onRetry={() => void found.refetch()} />
      )}
    </aside>
  );
}

function Content({ record, search }: { record: AuditRecord; search: LogSearch }) {
  return (
    <div className={classes.content}>
      <p className={classes.sentence}>{sentenceOf(record)}</p>
      <div className={classes.badges}>
        <OutcomeBadge record={record} always />
        {record.occurrences > 1 && <span className="secondary">×{formatNumber(record.occurrences)}</span>}
      </div>
      {record.outcome === 'SUCCESS' && record.reason !== null && (
        <p className={classes.reason}>{record.reason}</p>
      )}
      <Facts
        items={[
          ['When', formatFull(Date.parse(record.occurredAt))],
          [
            'UTC',
            <span key="u" className="mono">
              {record.occurredAt}
            </span>,
          ],
          [
            'Action',
            <Filtered
              key="a"
              search={search}
              filter={{ action: record.action, not: undefined }}
              without={{ action: undefined, not: [...excludedOf(search), record.action].join(',') }}
              what="this action"
            >
              {record.action}
            </Filtered>,
          ],
          [
            'Who',
            record.actorId === null ? (
              record.actorName
            ) : (
              <Filtered key="w" search={search} filter={{ actor: record.actorId }} what="this actor">
                {record.actorName} <span className="secondary">{record.actorType.toLowerCase()}</span>
              </Filtered>
            ),
          ],
          ['Key', <KeyOf key="k" record={record} search={search} />],
          [
            'Address',
            record.sourceIp === null ? null : (
              <Filtered
                key="i"
                search={search}
                filter={{ ip: record.sourceIp, since: search.since ?? '24h' }}
                what="this address"
              >
                {record.sourceIp}
              </Filtered>
            ),
          ],
          ['Browser', record.userAgent],
          ['Resource', <Resource key="r" record={record} search={search} />],
          [
            'Workspace',
            record.workspaceId === null ? null : (
              <Filtered
                key="s"
                search={search}
                filter={{ workspace: record.workspaceId }}
                what="this workspace"
              >
                <WorkspaceName id={record.workspaceId} />
              </Filtered>
            ),
          ],
          [
            'Request',
            record.requestId === null ? null : (
              <Filtered key="q" search={search} filter={{ request: record.requestId }} what="this request">
                <span className="mono">{record.requestId}</span>
              </Filtered>
            ),
          ],
          ['Record', <Id key="d" value={record.id} label="id of the record" />],
        ]}
      />
      <ProofSection record={record} />
      <Tabs defaultValue="changes" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="changes">Changes</Tabs.Tab>
          <Tabs.Tab value="raw">Raw</Tabs.Tab>
        </Tabs.List>
        <div className={classes.tab}>
          <Tabs.Panel value="changes">
            <Diff changes={record.changes} />
          </Tabs.Panel>
          <Tabs.Panel value="raw">
            <Json value={record} empty="" />
          </Tabs.Panel>
        </div>
      </Tabs>
    </div>
  );
}

/** A value with a button that lists only records with it. */
function Filtered({
  search,
  filter,
  without,
  what,
  children,
}: {
  search: LogSearch;
  filter: LogSearch;
  /** leaves out the records with this value, if the server can */
  without?: LogSearch;
  what: string;
  children: ReactNode;
}) {
  return (
    <span className={classes.filtered}>
      <span>{children}</span>
      <FilterButton label={`Only records with ${what}`} icon="filter" search={{ ...search, ...filter }} />
      {without !== undefined && (
        <FilterButton label={`No records with ${what}`} icon="minus" search={{ ...search, ...without }} />
      )}
    </span>
  );
}

function FilterButton({ label, icon, search }: { label: string; icon: IconName; search: LogSearch }) {
  const navigate = useNavigate();
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="sm"
      aria-label={label}
      title={label}
      onClick={() => void navigate({ to: '/log', search })}
    >
      <Icon name={icon} size={13} />
    </ActionIcon>
  );
}

function KeyOf({ record, search }: { record: AuditRecord; search: LogSearch }) {
  if (record.keyId === null) return <>–</>;
  const kid = 'kid' in record && typeof record.kid === 'string' ? record.kid : undefined;
  return (
    <Filtered search={search} filter={kid === undefined ? { key: record.keyId } : { kid }} what="this key">
      <span className="mono">{kid ?? shortId(record.keyId)}</span>
    </Filtered>
  );
}

const PAGES: Record<string, string> = {
  job: '/jobs',
  coordinator: '/coordinators',
  workspace: '/workspaces',
  operator: '/operators',
};

function Resource({ record, search }: { record: AuditRecord; search: LogSearch }) {
  const { resourceId, resourceType } = record;
  if (resourceId === null) return <>–</>;
  const page = resourceType === null ? undefined : PAGES[resourceType];
  return (
    <Filtered search={search} filter={{ resource: resourceId }} what="this resource">
      {kindOf(record)}{' '}
      {page === undefined ? (
        <span className="mono">{shortId(resourceId)}</span>
      ) : (
        <Button
          component={Link}
          to={`${page}/${resourceId}`}
          variant="transparent"
          size="compact-xs"
          className="mono"
        >
          {shortId(resourceId)}
        </Button>
      )}
    </Filtered>
  );
}
