import { Textarea } from '@mantine/core';
import { useState } from 'react';
import { api } from '../api';
import { Dialog } from '../shared/Dialog';
import { Facts } from '../shared/Facts';
import { Hint } from '../shared/States';
import { formatVerifierKey, isSameKey, readVerifierKey } from './proof/note';
import { pinKey, unpinKey, useRememberedLog } from './proof/pinned-key';

/** Takes the key that an operator got elsewhere. Only then does "Verified" mean more than "the server agrees with itself". */
export function PinKeyDialog({ onClose }: { onClose: () => void }) {
  const { key } = useRememberedLog();
  const offered = api.useQuery('get', '/audit-log/checkpoint-key', undefined, { retry: false });
  const [text, setText] = useState('');
  const [error, setError] = useState<string>();
  const [differs, setDiffers] = useState(false);

  const pin = async (): Promise<void> => {
    setError(undefined);
    try {
      const server =
        offered.data === undefined ? undefined : await readVerifierKey(offered.data.verifierKey, '');
      const chosen = await readVerifierKey(text, server?.name ?? '');
      if (server !== undefined && !isSameKey(chosen, server) && !differs) {
        setDiffers(true);
        return;
      }
      pinKey(formatVerifierKey(chosen));
      onClose();
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : 'This is no key.');
    }
  };
  return (
    <Dialog
      title={key === undefined ? 'Pin the key of the log' : 'Keys of the log'}
      facts={
        <p>
          Paste a verifier key or PEM that you obtained elsewhere, from the server's administrator. This
          browser compares it and keeps it. A key that comes from this page proves nothing.
        </p>
      }
      keep={key === undefined ? 'Close' : 'Keep the pinned key'}
      act={differs ? 'Pin it all the same' : 'Pin key'}
      danger={differs}
      disabled={text.trim() === ''}
      local
      size="lg"
      onKeep={onClose}
      onAct={() => void pin()}
    >
      <Facts
        items={[
          [
            'Pinned here',
            key === undefined ? null : (
              <span key="p" className="mono">
                {key.text}
              </span>
            ),
          ],
          [
            'Server names',
            offered.data === undefined ? null : (
              <span key="s" className="mono">
                {offered.data.verifierKey}
              </span>
            ),
          ],
        ]}
      />
      {key !== undefined && offered.data !== undefined && key.text !== offered.data.verifierKey && (
        <Hint tone="bad">
          The server names another key than the one you pinned. Do not rely on this log until you know why.
        </Hint>
      )}
      <Textarea
        label="Key from elsewhere"
        placeholder="registry.example/audit-log+1a2b3c4d+AUk…"
        autosize
        minRows={2}
        maxRows={6}
        spellCheck={false}
        data-autofocus
        value={text}
        error={error}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setDiffers(false);
        }}
      />
      {differs && (
        <Hint tone="bad">
          This key differs from the one that the server names. Nothing in this log will read "Verified" with
          it.
        </Hint>
      )}
      {key !== undefined && (
        <button
          type="button"
          className="mantine-focus-auto"
          onClick={() => {
            unpinKey();
            onClose();
          }}
        >
          Forget the pinned key
        </button>
      )}
    </Dialog>
  );
}
