import { ActionIcon, Tooltip } from '@mantine/core';
import { useState } from 'react';
import { announce } from './announce';
import { copyText, isSecure } from './copy';
import { Icon } from './Icon';

/** Copies a text, and says so. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const [copied, setCopied] = useState(false);
  if (!isSecure()) return null;
  return (
    <Tooltip label={copied ? 'Copied' : label}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="sm"
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
      </ActionIcon>
    </Tooltip>
  );
}
