import { Button, Modal, Tabs } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { announce } from '../shared/announce';
import { copyText, isSecure } from '../shared/copy';
import { Scrollable } from '../shared/Scrollable';
import { Hint } from '../shared/States';
import { useIsPhone } from '../shared/use-is-phone';
import classes from './KeyPanel.module.css';
import { type KeyUse, snippetsFor } from './snippets';

interface Props {
  secret: string;
  /** whose key it is */
  name: string;
  use: KeyUse;
  onClose: () => void;
}

const HIDDEN = '•'.repeat(24);

/** The whole key, shown only now. Nothing but a press closes it, and an uncopied key warns first. */
export function KeyPanel({ secret, name, use, onClose }: Props) {
  const isPhone = useIsPhone();
  const [isShown, setShown] = useState(false);
  const [isCopied, setCopied] = useState(false);
  const [isLeaving, setLeaving] = useState(false);
  const snippets = snippetsFor(use, location.origin);

  useBlocker({
    shouldBlockFn: () => {
      if (isCopied) return false;
      setLeaving(true);
      return true;
    },
    enableBeforeUnload: () => !isCopied,
  });
  useEffect(() => announce(`Key for ${name}. It is shown only now.`), [name]);

  const copy = async (): Promise<void> => {
    if (!(await copyText(secret))) return;
    setCopied(true);
    announce('Copied');
  };
  return (
    <Modal
      opened
      onClose={() => undefined}
      closeOnEscape={false}
      closeOnClickOutside={false}
      withCloseButton={false}
      size="xl"
      fullScreen={isPhone}
      zIndex={300}
      title={
        <span className={classes.title}>
          <span>Key for {name}</span>
          <span className="secondary small">shown only now</span>
        </span>
      }
      classNames={{ title: classes.titleBar }}
    >
      <div className={classes.panel}>
        <div className={classes.secret}>
          <output className={classes.key} aria-label="The key" data-testid="secret">
            {isShown || !isSecure() ? secret : `${secret.slice(0, 21)}${HIDDEN}`}
          </output>
          <div className={classes.buttons}>
            {isSecure() && (
              <Button data-autofocus variant={isCopied ? 'default' : 'filled'} onClick={() => void copy()}>
                {isCopied ? 'Copied' : 'Copy key'}
              </Button>
            )}
            <Button variant="default" aria-pressed={isShown} onClick={() => setShown(!isShown)}>
              {isShown ? 'Hide' : 'Show'}
            </Button>
          </div>
        </div>
        {!isSecure() && (
          <Hint tone="warning">
            Copying and proof checks need https or localhost. Select the text and copy it by hand.
          </Hint>
        )}
        <Tabs defaultValue={snippets[0]?.name} keepMounted={false}>
          <Tabs.List>
            {snippets.map((it) => (
              <Tabs.Tab key={it.name} value={it.name}>
                {it.name}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {snippets.map((it) => (
            <Tabs.Panel key={it.name} value={it.name}>
              <Snippet text={it.text} note={it.note} />
            </Tabs.Panel>
          ))}
        </Tabs>
        <div className={classes.foot}>
          <p className="secondary small">The server keeps only a hash. This key cannot be shown again.</p>
          {isLeaving ? (
            <div className={classes.warning} role="alert">
              <p>You have not copied this key. If you close now, it can never be used.</p>
              <div className={classes.buttons}>
                <Button onClick={() => setLeaving(false)}>Back to the key</Button>
                <Button variant="default" onClick={onClose}>
                  Close anyway
                </Button>
              </div>
            </div>
          ) : (
            <Button
              variant={isCopied ? 'filled' : 'default'}
              onClick={() => (isCopied || !isSecure() ? onClose() : setLeaving(true))}
            >
              {isCopied || !isSecure() ? 'Done' : 'Close without copying'}
            </Button>
          )}
        </div>
      </div>
    </Modal>
  );
}

function Snippet({ text, note }: { text: string; note: string }) {
  const [isCopied, setCopied] = useState(false);
  return (
    <div className={classes.snippet}>
      <p className="secondary small">{note}</p>
      <Scrollable label="Snippet">{text}</Scrollable>
      {isSecure() && (
        <Button
          size="xs"
          variant="default"
          onClick={async () => {
            if (!(await copyText(text))) return;
            setCopied(true);
            announce('Copied');
          }}
        >
          {isCopied ? 'Copied' : 'Copy snippet'}
        </Button>
      )}
    </div>
  );
}
