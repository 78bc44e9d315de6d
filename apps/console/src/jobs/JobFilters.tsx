import { Box, Button, Select } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useRef } from 'react';
import { FilterSheet } from '../shared/FilterSheet';
import { formatCount } from '../shared/format';
import { Icon } from '../shared/Icon';
import { useWorkspaceOptions } from '../shared/options';
import { TextFilter } from '../shared/TextFilter';
import classes from './JobFilters.module.css';
import { STATUS_LOOKS } from './JobStatusBadge';
import { isFiltered, type JobSearch, STATUSES, statusesOf } from './job-search';
import { jobCountQuery } from './reading';

const SPANS = [
  { value: '1h', label: 'Last hour' },
  { value: '24h', label: 'Last 24 hours' },
  { value: '7d', label: 'Last 7 days' },
  { value: '30d', label: 'Last 30 days' },
];

/** The filter of the list, in the address: a link shows the same jobs to its reader. */
export function JobFilters({ search }: { search: JobSearch }) {
  const navigate = useNavigate();
  const first = useRef<HTMLInputElement>(null);
  const change = (changes: JobSearch): void =>
    void navigate({ to: '/jobs', search: { ...search, ...changes } });
  return (
    <div className={classes.filters}>
      <StatusToggles search={search} onChange={change} />
      <FilterSheet done="Show jobs" onFocus={() => first.current?.focus()}>
        <div className={classes.fields}>
          <Fields search={search} onChange={change} first={first} />
        </div>
      </FilterSheet>
      {isFiltered(search) && (
        <Button variant="subtle" onClick={() => void navigate({ to: '/jobs', search: {} })}>
          Clear filters
        </Button>
      )}
    </div>
  );
}

function Fields({
  search,
  onChange,
  first,
}: {
  search: JobSearch;
  onChange: (changes: JobSearch) => void;
  first: React.RefObject<HTMLInputElement | null>;
}): ReactNode {
  const workspaces = useWorkspaceOptions();
  const issue =
    search.repository === undefined ? '' : `${search.repository}${search.issue ? `#${search.issue}` : ''}`;
  return (
    <>
      <Select
        aria-label="Workspace"
        placeholder="All workspaces"
        data={workspaces}
        value={search.workspace ?? null}
        searchable
        clearable
        clearButtonProps={{ 'aria-label': 'All workspaces' }}
        onChange={(workspace) => onChange({ workspace: workspace ?? undefined })}
      />
      <TextFilter
        label="Type"
        placeholder="Type"
        inputRef={first}
        value={search.type ?? ''}
        onChange={(type) => onChange({ type })}
      />
      <TextFilter
        label="Repository or issue"
        placeholder="owner/repo#42"
        value={issue}
        onChange={(text) => {
          const [, repository, number] = /^([^#]*)(?:#(\d+))?$/.exec(text ?? '') ?? [];
          onChange({ repository: repository || undefined, issue: number });
        }}
      />
      <Select
        aria-label="Created"
        placeholder="Any time"
        data={SPANS}
        value={search.since ?? null}
        clearable
        clearButtonProps={{ 'aria-label': 'Any time' }}
        onChange={(since) => onChange({ since: since ?? undefined, from: undefined, to: undefined })}
      />
      <Select
        aria-label="Lease"
        placeholder="Any lease"
        data={[
          { value: 'none', label: 'Without a lease' },
          { value: 'live', label: 'With a lease' },
        ]}
        value={search.lease ?? null}
        clearable
        clearButtonProps={{ 'aria-label': 'Any lease' }}
        onChange={(lease) => onChange({ lease: lease ?? undefined })}
      />
    </>
  );
}

/** Counts of the same filter, without its status: each is a toggle. */
function StatusToggles({ search, onChange }: { search: JobSearch; onChange: (changes: JobSearch) => void }) {
  const count = useQuery({ ...jobCountQuery(search), placeholderData: keepPreviousData });
  const chosen = statusesOf(search);
  return (
    <Box className={classes.toggles} role="group" aria-label="Status">
      {STATUSES.map((status) => {
        const { name, icon } = STATUS_LOOKS[status];
        const isChosen = chosen.includes(status);
        const number = count.data?.byStatus[status];
        return (
          <button
            key={status}
            type="button"
            className={classes.toggle}
            aria-pressed={isChosen}
            onClick={() => {
              const next = isChosen ? chosen.filter((it) => it !== status) : [...chosen, status];
              onChange({ status: next.length === 0 ? undefined : next.join(',') });
            }}
          >
            <Icon name={icon} size={13} />
            {name}
            <span className={classes.count}>
              {number === undefined ? '–' : formatCount(number, number >= 10_000)}
            </span>
          </button>
        );
      })}
    </Box>
  );
}
