import { Drawer } from '@mantine/core';
import { useState } from 'react';
import { Icon } from '../shared/Icon';
import { AccountMenu } from './AccountMenu';
import { PageLink } from './PageLink';
import type { PageEntry } from './pages';
import { SealState } from './SealState';
import classes from './Shell.module.css';

/** Below 640 px: three pages, the search, and the rest in a sheet. */
export function BottomBar({ pages, onSearch }: { pages: readonly PageEntry[]; onSearch: () => void }) {
  const [isOpen, setOpen] = useState(false);
  const main = pages.slice(0, 3);
  const rest = pages.slice(3);
  return (
    <>
      <nav className={classes.bottom} aria-label="Pages">
        {main.map((page) => (
          <PageLink key={page.to} page={page} className={classes.tab ?? ''}>
            <Icon name={page.icon} size={20} />
            {page.name === 'Audit log' ? 'Log' : page.name}
          </PageLink>
        ))}
        <button type="button" className={classes.tab} onClick={onSearch}>
          <Icon name="search" size={20} />
          Search
        </button>
        <button type="button" className={classes.tab} onClick={() => setOpen(true)} aria-expanded={isOpen}>
          <Icon name="more" size={20} />
          More
        </button>
      </nav>
      <Drawer
        opened={isOpen}
        onClose={() => setOpen(false)}
        position="bottom"
        size="auto"
        title="More"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <nav aria-label="Further pages">
          {rest.map((page) => (
            <PageLink key={page.to} page={page} className={classes.item ?? ''} onClick={() => setOpen(false)}>
              <Icon name={page.icon} />
              {page.name}
            </PageLink>
          ))}
        </nav>
        <SealState />
        <AccountMenu className={classes.item ?? ''} />
      </Drawer>
    </>
  );
}
