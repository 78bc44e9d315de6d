import { Button, MultiSelect, SegmentedControl, Select, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type RefObject, useRef, useState } from 'react';
import { FilterSheet } from '../shared/FilterSheet';
import { shortId } from '../shared/format';
import { Icon } from '../shared/Icon';
import { CoordinatorName, WorkspaceName } from '../shared/names';
import { useWorkspaceOptions } from '../shared/options';
import { recognise } from '../shared/recognise';
import { useIsPhone } from '../shared/use-is-phone';
import { ACTIONS } from './actions';
import classes from './LogFilters.module.css';
import { actionsOf, excludedOf, isLogFiltered, type LogSearch, VIEWS } from './log-search';

const SPANS = [
  { value: '15m', label: 'Last 15 minutes' },
  { value: '1h', label: 'Last hour' },
  { value: '24h', label: 'Last 24 hours' },
  { value: '7d', label: 'Last 7 days' },
  { value: '30d', label: 'Last 30 days' },
];

export function LogFilters({ search }: { search: LogSearch }) {
  const navigate = useNavigate();
  const input = useRef<HTMLInputElement>(null);
  const set = (next: LogSearch): void => void navigate({ to: '/log', search: next });
  const change = (changes: LogSearch): void => set({ ...search, record: undefined, ...changes });
  return (
    <div className={classes.filters}>
      <SearchBar search={search} onChange={change} inputRef={input} />
      <FilterSheet done="Show records" onFocus={() => input.current?.focus()}>
        <Views search={search} onChange={set} />
        <div className={classes.selects}>
          <Selects search={search} onChange={change} />
        </div>
      </FilterSheet>
      <Chips search={search} onChange={change} onClear={() => set({})} />
    </div>
  );
}

function Views({ search, onChange }: { search: LogSearch; onChange: (search: LogSearch) => void }) {
  const isPhone = useIsPhone();
  const { record: _, ...filter } = search;
  const current = VIEWS.find((it) => sameText(it.search, filter));
  return (
    <SegmentedControl
      aria-label="View"
      size="xs"
      orientation={isPhone ? 'vertical' : 'horizontal'}
      data={VIEWS.map(({ name }) => name)}
      value={current?.name ?? ''}
      onChange={(name) => onChange(VIEWS.find((it) => it.name === name)?.search ?? {})}
    />
  );
}

function Selects({ search, onChange }: { search: LogSearch; onChange: (changes: LogSearch) => void }) {
  const workspaces = useWorkspaceOptions();
  return (
    <>
      <MultiSelect
        aria-label="Actions"
        placeholder={actionsOf(search).length === 0 ? 'All actions' : ''}
        data={ACTIONS}
        value={actionsOf(search)}
        searchable
        hidePickedOptions
        maxDropdownHeight={320}
        onChange={(actions) =>
          onChange({ action: actions.length === 0 ? undefined : actions.join(','), not: undefined })
        }
      />
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
      <Select
        aria-label="Outcome"
        placeholder="Any outcome"
        data={[
          { value: 'SUCCESS', label: 'Done' },
          { value: 'DENIED', label: 'Refused' },
        ]}
        value={search.outcome ?? null}
        clearable
        clearButtonProps={{ 'aria-label': 'Any outcome' }}
        onChange={(outcome) => onChange({ outcome: outcome ?? undefined })}
      />
      <Select
        aria-label="Time"
        placeholder={search.from === undefined ? 'All time' : 'As in the address'}
        data={SPANS}
        value={search.since ?? null}
        clearable
        clearButtonProps={{ 'aria-label': 'All time' }}
        onChange={(since) => onChange({ since: since ?? undefined, from: undefined, to: undefined })}
      />
    </>
  );
}

/** Recognises what is typed or pasted, and makes a chip of it. */
function SearchBar({
  search,
  onChange,
  inputRef,
}: {
  search: LogSearch;
  onChange: (changes: LogSearch) => void;
  inputRef: RefObject<HTMLInputElement | null>;
}) {
  const [text, setText] = useState('');
  const submit = (): void => {
    if (text.trim() === '') return;
    onChange(filterFrom(text, search));
    setText('');
  };
  return (
    <form
      className={classes.search}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <TextInput
        ref={inputRef}
        aria-label="Filter by action, id, address, kid or request"
        placeholder="Action, id, address, kid or request"
        leftSection={<Icon name="search" size={14} />}
        value={text}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setText(event.currentTarget.value)}
      />
    </form>
  );
}

function filterFrom(text: string, search: LogSearch): LogSearch {
  const found = recognise(text);
  switch (found.kind) {
    case 'whole-key':
    case 'kid':
      return { kid: found.kid };
    case 'uuid':
      return { resource: found.id };
    case 'address':
      return {
        ip: found.address,
        ...(search.since === undefined && search.from === undefined && { since: '24h' }),
      };
    case 'action':
      return { action: [...actionsOf(search), found.action].join(','), not: undefined };
    case 'issue':
    case 'link':
      return { request: text.trim() };
    case 'text':
      return { request: found.text };
  }
}

function Chips({
  search,
  onChange,
  onClear,
}: {
  search: LogSearch;
  onChange: (changes: LogSearch) => void;
  onClear: () => void;
}) {
  if (!isLogFiltered(search)) return null;
  const { actor, actorType, kid, key, resource, workspace, reason, request, ip, from, to } = search;
  const chips: [name: keyof LogSearch, text: React.ReactNode][] = [];
  const excluded = excludedOf(search);
  if (excluded.length > 0) chips.push(['not', `without ${excluded.join(', ')}`]);
  if (actor !== undefined)
    chips.push([
      'actor',
      <>
        who <CoordinatorName key="a" id={actor} />
      </>,
    ]);
  if (actorType !== undefined) chips.push(['actorType', `who: ${actorType.toLowerCase()}`]);
  if (kid !== undefined) chips.push(['kid', `key ${kid}`]);
  if (key !== undefined) chips.push(['key', `key ${shortId(key)}`]);
  if (resource !== undefined) chips.push(['resource', `resource ${shortId(resource)}`]);
  if (workspace !== undefined)
    chips.push([
      'workspace',
      <>
        workspace <WorkspaceName key="w" id={workspace} />
      </>,
    ]);
  if (reason !== undefined) chips.push(['reason', `reason ${reason}`]);
  if (request !== undefined) chips.push(['request', `request ${request}`]);
  if (ip !== undefined) chips.push(['ip', `from ${ip}`]);
  if (from !== undefined) chips.push(['from', `after ${from}`]);
  if (to !== undefined) chips.push(['to', `before ${to}`]);
  return (
    <div className={classes.chips}>
      {chips.map(([name, text]) => (
        <button
          key={name}
          type="button"
          className={classes.chip}
          aria-label={`Remove the filter ${name}`}
          onClick={() => onChange({ [name]: undefined })}
        >
          {text}
          <Icon name="cross" size={12} />
        </button>
      ))}
      <Button variant="subtle" size="xs" onClick={onClear}>
        Clear filters
      </Button>
    </div>
  );
}

function sameText(one: LogSearch, other: LogSearch): boolean {
  const textOf = (it: LogSearch) =>
    JSON.stringify(
      Object.entries(it)
        .filter(([, value]) => value !== undefined)
        .sort(),
    );
  return textOf(one) === textOf(other);
}
