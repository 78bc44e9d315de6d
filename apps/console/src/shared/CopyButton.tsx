import { useState } from 'react';
import { announce } from './announce';
import classes from './CopyButton.module.css';
import { copyText, isSecure } from './copy';
import { Icon } from './Icon';
import { useTip } from './Tip';

/** Copies a text, and says so. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const [copied, setCopied] = useState(false);
  const { target, tip } = useTip<HTMLButtonElement>(copied ? 'Copied' : label);
  if (!isSecure()) return null;
  return (
    <>
      <button
        {...target}
        type="button"
        className={classes.button}
        aria-label={label}
        onClick={async (event) => {
          event.preventDefault();
          event.stopPropagation();
          if (!(await copyText(text))) return;
          announce('Copied');
          setCopied(true);
          setTimeout(() => setCopied(false), 1_500);
        }}
      >
        <Icon name={copied ? 'check' : 'copy'} size={14} />
      </button>
      {tip}
    </>
  );
}
