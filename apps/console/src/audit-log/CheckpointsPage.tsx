import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { api } from '../api';
import type { Checkpoint } from '../generated/schema';
import { Badge } from '../shared/Badge';
import { CopyButton } from '../shared/CopyButton';
import { type Column, DataTable } from '../shared/DataTable';
import { Facts } from '../shared/Facts';
import { formatNumber } from '../shared/format';
import { Page } from '../shared/Page';
import { LoadFailed, Notice, SkeletonRows } from '../shared/States';
import { Missing, Time } from '../shared/Time';
import { PAGED } from '../shared/use-list';
import { PinKeyDialog } from './PinKeyDialog';
import { toHex } from './proof/bytes';
import { type CheckpointVerdict, checkCheckpoint } from './proof/check-checkpoint';
import { parseCheckpoint } from './proof/note';
import { useRememberedLog } from './proof/pinned-key';

const PAGE_SIZE = 50;

/** The signed statements about the log, the newest first. */
export function CheckpointsPage() {
  const { key, seen } = useRememberedLog();
  const [isPinning, setPinning] = useState(false);
  const [verdicts, setVerdicts] = useState<Record<number, CheckpointVerdict>>({});
  const list = api.useInfiniteQuery(
    'get',
    '/audit-log/checkpoints',
    { params: { query: { limit: PAGE_SIZE } } },
    {
      ...PAGED,
    },
  );
  const checkpoints = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? [], [list.data]);
  const [latest] = checkpoints;
  const check = async (shown: readonly Checkpoint[]): Promise<void> => {
    for (const checkpoint of shown) {
      const verdict = await checkCheckpoint(checkpoint);
      setVerdicts((known) => ({ ...known, [checkpoint.seq]: verdict }));
    }
  };

  const columns: Column<Checkpoint>[] = [
    {
      key: 'seq',
      header: 'Number',
      cell: (it) => formatNumber(it.seq),
      width: '90px',
      align: 'right',
      phone: 1,
    },
    {
      key: 'size',
      header: 'Records',
      cell: (it) => formatNumber(it.size),
      width: '110px',
      align: 'right',
      phone: 2,
    },
    { key: 'sealed', header: 'Sealed at', cell: (it) => <Time at={it.sealedAt} />, width: '140px', phone: 1 },
    {
      key: 'root',
      header: 'Root',
      cell: (it) => <span className="mono">{toHex(parseCheckpoint(it.note).root)}</span>,
    },
    {
      key: 'check',
      header: 'Check',
      cell: (it) => <CheckOf verdict={verdicts[it.seq]} />,
      width: '170px',
      phone: 2,
    },
    {
      key: 'note',
      header: 'Note',
      cell: (it) => <CopyButton text={it.note} label="Copy note" />,
      width: '60px',
    },
  ];
  return (
    <Page
      title="Checkpoints"
      fill
      back={<Link to="/log">Audit log</Link>}
      actions={
        <>
          <Button variant="default" onClick={() => setPinning(true)}>
            {key === undefined ? 'Pin a key' : 'Compare keys'}
          </Button>
          <Button
            variant="default"
            disabled={latest === undefined}
            onClick={() => void check(checkpoints.slice(0, PAGE_SIZE))}
          >
            Check these
          </Button>
        </>
      }
    >
      <Facts
        columns={2}
        items={[
          [
            'Pinned key',
            key === undefined ? (
              'none'
            ) : (
              <span key="k" className="mono">
                {key.text}
              </span>
            ),
          ],
          [
            'Last visit',
            seen === undefined
              ? 'this browser has checked none yet'
              : `checkpoint ${formatNumber(seen.seq)}, ${formatNumber(seen.size)} records`,
          ],
          [
            'Newest',
            latest === undefined ? null : (
              <>
                checkpoint {formatNumber(latest.seq)}, <Time at={latest.sealedAt} />
              </>
            ),
          ],
        ]}
      />
      {list.isPending ? (
        <SkeletonRows what="checkpoints" />
      ) : list.error !== null ? (
        <LoadFailed what="Checkpoints" error={list.error} onRetry={() => void list.refetch()} />
      ) : checkpoints.length === 0 ? (
        <Notice>
          Nothing is sealed yet. The first checkpoint follows about a second after the first record.
        </Notice>
      ) : (
        <DataTable
          label="Checkpoints"
          rows={checkpoints}
          columns={columns}
          idOf={({ seq }) => String(seq)}
          hasMore={list.hasNextPage}
          isLoadingMore={list.isFetchingNextPage}
          onMore={() => void list.fetchNextPage()}
        />
      )}
      {isPinning && <PinKeyDialog onClose={() => setPinning(false)} />}
    </Page>
  );
}

function CheckOf({ verdict }: { verdict: CheckpointVerdict | undefined }) {
  switch (verdict) {
    case undefined:
      return <Missing />;
    case 'signed':
      return (
        <Badge tone="good" icon="verified">
          Signed, consistent
        </Badge>
      );
    case 'unpinned':
      return (
        <Badge tone="neutral" icon="shield">
          No key is pinned
        </Badge>
      );
    case 'wrong-signer':
      return (
        <Badge tone="bad" icon="octagon">
          Wrong signer
        </Badge>
      );
    case 'history-changed':
      return (
        <Badge tone="bad" icon="octagon">
          History changed
        </Badge>
      );
  }
}
