import { Outlet, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useSession } from '../session/session';
import { ANNOUNCER_ID } from '../shared/announce';
import { useSettings } from '../shared/settings';
import { useShortcuts } from '../shared/shortcuts';
import { useIsPhone } from '../shared/use-is-phone';
import { BottomBar } from './BottomBar';
import { HelpDialog } from './HelpDialog';
import { OfflineBar } from './OfflineBar';
import { Palette } from './Palette';
import { PAGES } from './pages';
import classes from './Shell.module.css';
import { Sidebar } from './Sidebar';
import { WorkspaceBar } from './WorkspaceBar';

/** What stands around every page. */
export function Shell() {
  const isPhone = useIsPhone();
  const { sidebar } = useSettings();
  const navigate = useNavigate();
  const { permissions } = useSession();
  const [isSearching, setSearching] = useState(false);
  const [isHelping, setHelping] = useState(false);
  const pages = PAGES.filter(
    ({ permission }) => permission === undefined || permissions.includes(permission),
  );

  useShortcuts({
    'mod+k': () => setSearching(true),
    '?': () => setHelping(true),
    ...Object.fromEntries(pages.map(({ key, to }) => [`g ${key}`, () => void navigate({ to })])),
  });

  return (
    <div className={classes.shell} data-phone={isPhone || undefined} data-sidebar={sidebar}>
      <a className={classes.skip} href="#content">
        Skip to the content
      </a>
      {!isPhone && (
        <Sidebar pages={pages} onSearch={() => setSearching(true)} onHelp={() => setHelping(true)} />
      )}
      <div className={classes.main}>
        <OfflineBar />
        <WorkspaceBar />
        <main id="content" className={classes.content} tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      {isPhone && <BottomBar pages={pages} onSearch={() => setSearching(true)} />}
      <div id={ANNOUNCER_ID} role="status" aria-live="polite" className="visually-hidden" />
      {isSearching && <Palette pages={pages} onClose={() => setSearching(false)} />}
      {isHelping && <HelpDialog pages={pages} onClose={() => setHelping(false)} />}
    </div>
  );
}
