import { Button, Modal } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import classes from './Dialog.module.css';
import { OFFLINE, useIsOnline } from './online';
import { ActionFailed, Hint } from './States';
import { useShortcuts } from './shortcuts';
import { useIsPhone } from './use-is-phone';

interface Props {
  title: string;
  /** what will happen, and what runs now; read aloud as the dialog's description */
  facts?: ReactNode;
  children?: ReactNode;
  /** the button that leaves everything as it is; it never reads "Cancel" */
  keep: string;
  act: string;
  /** red is for what cannot be undone */
  danger?: boolean;
  pending?: boolean;
  pendingText?: string;
  disabled?: boolean;
  /** it changes nothing on the server, so it also works offline */
  local?: boolean;
  error?: unknown;
  size?: string;
  onKeep: () => void;
  onAct: () => void;
}

/** Asks once, with facts, before something happens. */
export function Dialog(props: Props) {
  const { title, facts, keep, act, danger = false, pending = false, local = false } = props;
  const isOffline = !useIsOnline() && !local;
  const disabled = isOffline || (props.disabled ?? false);
  const isPhone = useIsPhone();
  const factsId = useId();
  const submit = (): void => {
    if (!pending && !disabled) props.onAct();
  };
  useShortcuts({ 'mod+enter': submit }, { inDialogs: true });
  return (
    <Modal
      opened
      onClose={() => {
        if (!pending) props.onKeep();
      }}
      title={title}
      size={props.size ?? 'md'}
      fullScreen={false}
      withCloseButton={false}
      aria-describedby={facts === undefined ? undefined : factsId}
      classNames={{ title: classes.title }}
      padding={isPhone ? 'md' : 'lg'}
    >
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        {facts !== undefined && (
          <div id={factsId} className={classes.facts}>
            {facts}
          </div>
        )}
        {props.children}
        <ActionFailed error={props.error} />
        {isOffline && <Hint tone="warning">{OFFLINE}</Hint>}
        {pending && props.pendingText !== undefined && (
          <p role="status" className="secondary">
            {props.pendingText}
          </p>
        )}
        <div className={classes.buttons}>
          <Button variant="default" onClick={props.onKeep} disabled={pending}>
            {keep}
          </Button>
          <Button type="submit" color={danger ? 'danger' : 'accent'} loading={pending} disabled={disabled}>
            {act}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
