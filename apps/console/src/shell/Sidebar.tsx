import { Tooltip } from '@mantine/core';
import { Icon } from '../shared/Icon';
import { changeSettings, useSettings } from '../shared/settings';
import { AccountMenu } from './AccountMenu';
import { Mark } from './Mark';
import { PageLink } from './PageLink';
import type { PageEntry } from './pages';
import { SealState } from './SealState';
import classes from './Shell.module.css';

interface Props {
  pages: readonly PageEntry[];
  onSearch: () => void;
  onHelp: () => void;
}

export function Sidebar({ pages, onSearch, onHelp }: Props) {
  const { sidebar } = useSettings();
  const isNarrow = sidebar === 'icons';
  return (
    <div className={classes.side}>
      <div className={classes.brand}>
        <Mark />
        <span className={classes.label}>Coordinator Registry</span>
      </div>
      <button
        type="button"
        className={classes.search}
        onClick={onSearch}
        aria-label={isNarrow ? 'Search' : undefined}
        aria-keyshortcuts="Control+K"
      >
        <Icon name="search" size={14} />
        <span className={classes.label}>Search</span>
        <kbd>Ctrl K</kbd>
      </button>
      <nav aria-label="Pages">
        {pages.map((page) => {
          const link = (
            <PageLink key={page.to} page={page} className={classes.item ?? ''} isNamed={!isNarrow}>
              <Icon name={page.icon} />
              <span className={classes.label}>{page.name}</span>
            </PageLink>
          );
          if (!isNarrow) return link;
          return (
            <Tooltip key={page.to} label={page.name} position="right">
              {link}
            </Tooltip>
          );
        })}
      </nav>
      <div className={classes.foot}>
        <SealState />
        <button
          type="button"
          className={classes.item}
          aria-label={isNarrow ? 'Widen the sidebar' : 'Collapse the sidebar'}
          onClick={() => changeSettings({ sidebar: isNarrow ? 'wide' : 'icons' })}
        >
          <Icon name="side" />
          <span className={classes.label}>Collapse</span>
        </button>
        <AccountMenu className={`${classes.item} ${classes.account}`} onHelp={onHelp} />
      </div>
    </div>
  );
}
