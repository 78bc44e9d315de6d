import { Modal } from '@mantine/core';
import classes from './HelpDialog.module.css';
import type { PageEntry } from './pages';

const KEYS: [keys: string, does: string][] = [
  ['Ctrl K', 'Search everything'],
  ['/', 'Filter this list'],
  ['j  k', 'Row down, row up'],
  ['Enter', 'Open the row'],
  ['Esc', 'Close'],
  ['x', 'Select the row'],
  ['n', 'New'],
  ['c  r', 'Cancel, retry a job'],
  ['a', 'Change the access of a coordinator'],
  ['f', 'Live'],
  ['y  i', 'Copy the link, copy the id'],
  ['u', 'UTC or local time'],
  ['v  e', 'Verify, export the log'],
  ['Ctrl Enter', 'Submit the form or dialog'],
];

export function HelpDialog({ pages, onClose }: { pages: readonly PageEntry[]; onClose: () => void }) {
  return (
    <Modal
      opened
      onClose={onClose}
      title="Keyboard shortcuts"
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <div className={classes.columns}>
        <Keys title="Anywhere" keys={KEYS} />
        <Keys title="Go to" keys={pages.map(({ key, name }) => [`g ${key}`, name])} />
      </div>
    </Modal>
  );
}

function Keys({ title, keys }: { title: string; keys: [string, string][] }) {
  return (
    <section>
      <h3 className="section-title">{title}</h3>
      <dl className={classes.keys}>
        {keys.map(([key, does]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
