import { Box, Modal, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, useEffect, useId, useState } from 'react';
import { client } from '../api';
import { useCan } from '../session/session';
import { announce } from '../shared/announce';
import { Dialog } from '../shared/Dialog';
import { plural, shortKid } from '../shared/format';
import { Icon, type IconName } from '../shared/Icon';
import { explain } from '../shared/problem';
import { recognise } from '../shared/recognise';
import classes from './Palette.module.css';
import type { PageEntry } from './pages';
import { type FoundPlace, useFind } from './use-find';

interface Result {
  /** of a list in which titles may repeat */
  key?: string;
  title: string;
  subtitle?: string;
  icon: IconName;
  run: () => void;
}

/** One box for everything that people paste. A whole key stays in this component's memory, for "Revoke it" alone. */
export function Palette({ pages, onClose }: { pages: readonly PageEntry[]; onClose: () => void }) {
  const [text, setText] = useState('');
  const [secret, setSecret] = useState<string>();
  const [isRevoking, setRevoking] = useState(false);
  const [at, setAt] = useState(0);
  const [isOpening, setOpening] = useState(false);
  const listId = useId();
  const { results, isPending } = useResults(text, secret, pages, onClose, () => setRevoking(true));
  useEffect(() => {
    if (!isOpening || isPending) return;
    setOpening(false);
    results[0]?.run();
  }, [isOpening, isPending, results]);
  const chosen = Math.min(at, Math.max(0, results.length - 1));

  const type = (typed: string): void => {
    const found = recognise(typed);
    setAt(0);
    if (found.kind === 'whole-key') {
      // The box shows only the public part.
      setSecret(typed.trim());
      setText(`${typed.trim().slice(0, 4)}${found.kid}…`);
      return;
    }
    setSecret(undefined);
    setText(typed);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const next = chosen + (event.key === 'ArrowDown' ? 1 : -1);
      setAt(Math.min(Math.max(next, 0), results.length - 1));
    }
    if (event.key === 'Enter') {
      event.preventDefault();
      // What is found first must not depend on how fast the answer comes.
      if (isPending) setOpening(true);
      else results[chosen]?.run();
    }
  };
  if (isRevoking && secret !== undefined) return <RevokeDialog secret={secret} onClose={onClose} />;
  return (
    <Modal
      opened
      onClose={onClose}
      withCloseButton={false}
      padding={0}
      size="lg"
      yOffset="12vh"
      centered={false}
      title={undefined}
      aria-label="Search"
    >
      <TextInput
        variant="unstyled"
        size="md"
        data-autofocus
        aria-label="Search everything"
        placeholder="Key, kid, id, request, address, issue or name"
        leftSection={<Icon name="search" />}
        className={classes.input}
        value={text}
        spellCheck={false}
        autoComplete="off"
        role="combobox"
        aria-expanded={results.length > 0}
        aria-controls={listId}
        aria-activedescendant={results.length > 0 ? `${listId}-${chosen}` : undefined}
        onChange={(event) => type(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <div id={listId} role="listbox" aria-label="Results" className={classes.results}>
        {results.map((result, index) => (
          <Box
            key={result.key ?? result.title}
            id={`${listId}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === chosen}
            className={classes.result}
            onClick={result.run}
            onMouseMove={() => setAt(index)}
          >
            <Icon name={result.icon} />
            <span className="cut">{result.title}</span>
            {result.subtitle !== undefined && <span className={classes.subtitle}>{result.subtitle}</span>}
          </Box>
        ))}
        {results.length === 0 && text.trim() !== '' && <p className={classes.none}>Nothing matches.</p>}
      </div>
    </Modal>
  );
}

function useResults(
  text: string,
  secret: string | undefined,
  pages: readonly PageEntry[],
  onClose: () => void,
  onRevoke: () => void,
): { results: Result[]; isPending: boolean } {
  const navigate = useNavigate();
  const isAdmin = useCan('system:admin');
  const canReadLog = useCan('audit:read');
  const [searched] = useDebouncedValue(text.trim(), 200);
  const go = (to: string) => () => {
    onClose();
    void navigate({ href: to });
  };
  const log = (title: string, query: string): Result[] =>
    canReadLog ? [{ title, icon: 'log', run: go(`/log?${query}`) }] : [];
  const what = recognise(secret ?? text);
  const asked =
    what.kind === 'uuid' ? what.id : what.kind === 'text' && searched.length >= 2 ? searched : undefined;
  const { found, isPending } = useFind(asked);

  if (what.kind === 'whole-key') {
    const records = log(
      what.isWellFormed
        ? 'Everything this key did'
        : `Incomplete or mistyped. Records of kid ${shortKid(what.kid)}`,
      `kid=${what.kid}`,
    );
    const results = [
      ...records,
      ...(what.isWellFormed
        ? [{ title: 'Revoke it', subtitle: 'ends this key at once', icon: 'times' as const, run: onRevoke }]
        : []),
      ...(isAdmin && !what.isOperator
        ? [{ title: 'Open key', icon: 'keys' as const, run: go(`/keys/${what.kid}`) }]
        : []),
    ];
    return { results, isPending: false };
  }
  const direct = ((): Result[] => {
    switch (what.kind) {
      case 'kid':
        return [
          ...(isAdmin
            ? [
                {
                  title: `Key ${what.kid}`,
                  icon: 'keys' as const,
                  run: go(what.kid.length === 16 ? `/keys/${what.kid}` : `/keys?kid=${what.kid}`),
                },
              ]
            : []),
          ...(what.kid.length === 16 ? log('Its records', `kid=${what.kid}`) : []),
        ];
      case 'uuid':
        return log('Its history', `resource=${what.id}`);
      case 'address':
        return [
          ...log(`Records from ${what.address}, last 24 hours`, `ip=${what.address}&since=24h`),
          ...log('Refusals only', `ip=${what.address}&since=24h&outcome=DENIED`),
        ];
      case 'issue':
        return [
          {
            title: `Jobs of ${what.repository}${what.issue === undefined ? '' : `#${what.issue}`}`,
            icon: 'jobs',
            run: go(
              `/jobs?repository=${what.repository}${what.issue === undefined ? '' : `&issue=${what.issue}`}`,
            ),
          },
        ];
      case 'action':
        return log(`Records of ${what.action}, last 24 hours`, `action=${what.action}&since=24h`);
      case 'link':
        return [{ title: `Open ${what.href}`, icon: 'link', run: go(what.href) }];
      case 'text':
        return [];
    }
  })();
  const things = found.map(
    ({ kind, title, subtitle, to }): Result => ({
      key: `${kind} ${to}`,
      title,
      subtitle,
      icon: ICONS[kind],
      run: go(to),
    }),
  );
  const matching = pages
    .filter(({ name }) => text.trim() === '' || name.toLowerCase().includes(text.trim().toLowerCase()))
    .map(({ name, to, icon, key }): Result => ({ title: name, subtitle: `g ${key}`, icon, run: go(to) }));
  // A thing itself goes before its history.
  const results = what.kind === 'text' ? [...things, ...matching] : [...things, ...direct];
  return { results, isPending: isPending || (what.kind === 'text' && searched !== text.trim()) };
}

const ICONS: Record<FoundPlace['kind'], IconName> = {
  job: 'jobs',
  coordinator: 'coordinators',
  workspace: 'workspaces',
  operator: 'operators',
  key: 'keys',
  record: 'log',
  request: 'log',
};

function RevokeDialog({ secret, onClose }: { secret: string; onClose: () => void }) {
  const [isPending, setPending] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const revoke = async (): Promise<void> => {
    setPending(true);
    try {
      const { error: refused } = await client.POST('/keys/revoke', { body: { key: secret } });
      if (refused !== undefined) {
        setError(refused);
        announce(explain(refused));
        return;
      }
      notifications.show({ message: 'Revoked. No request with this key has any effect.', color: 'teal' });
      onClose();
    } catch (failure) {
      setError(failure);
    } finally {
      setPending(false);
    }
  };
  return (
    <Dialog
      title={`Revoke key ${shortKid(secret.slice(4, 20))}?`}
      facts={<p>Requests with this key are refused from the answer on. A revoked key stays revoked.</p>}
      keep="Keep key"
      act="Revoke key"
      danger
      pending={isPending}
      pendingText={`Revoking. Waiting for requests under way, at most ${plural(5, 'second')}.`}
      error={error}
      onKeep={onClose}
      onAct={() => void revoke()}
    />
  );
}
