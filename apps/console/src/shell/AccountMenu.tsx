import { Menu, SegmentedControl, Switch, useMantineColorScheme } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { ROLE_NAMES, useSession, useSignOut } from '../session/session';
import { Icon } from '../shared/Icon';
import { useIsOnline } from '../shared/online';
import { changeSettings, type Settings, useSettings } from '../shared/settings';
import classes from './AccountMenu.module.css';
import shellClasses from './Shell.module.css';

/** Who is signed in, what the reader prefers, and the way out. */
export function AccountMenu({ className, onHelp }: { className: string; onHelp?: () => void }) {
  const { operator } = useSession();
  const settings = useSettings();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const signOut = useSignOut();
  const isOnline = useIsOnline();
  return (
    <Menu position="right-end" width={280} shadow="md" closeOnItemClick={false} withinPortal>
      <Menu.Target>
        <button type="button" className={className} aria-label={`Account of ${operator.name}`}>
          <Icon name="user" />
          <span className={shellClasses.label}>{operator.name}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={classes.who}>
          <strong className="cut">{operator.name}</strong>
          <span className="secondary small">{ROLE_NAMES[operator.role]}</span>
        </div>
        <Menu.Divider />
        <Choice
          label="Theme"
          value={colorScheme}
          options={[
            ['auto', 'System'],
            ['light', 'Light'],
            ['dark', 'Dark'],
          ]}
          onChange={setColorScheme}
        />
        <Choice<Settings['density']>
          label="Density"
          value={settings.density}
          options={[
            ['compact', 'Compact'],
            ['normal', 'Normal'],
            ['comfortable', 'Wide'],
          ]}
          onChange={(density) => changeSettings({ density })}
        />
        <Choice
          label="Times"
          value={settings.utc ? 'utc' : 'local'}
          options={[
            ['local', 'Local'],
            ['utc', 'UTC'],
          ]}
          onChange={(zone) => changeSettings({ utc: zone === 'utc' })}
        />
        <div className={classes.choice}>
          <Switch
            label="Single-key shortcuts"
            size="sm"
            checked={settings.shortcuts}
            onChange={(event) => changeSettings({ shortcuts: event.currentTarget.checked })}
          />
        </div>
        <Menu.Divider />
        <Menu.Item component={Link} to="/sessions" closeMenuOnClick>
          My sessions
        </Menu.Item>
        {onHelp !== undefined && (
          <Menu.Item closeMenuOnClick onClick={onHelp} rightSection={<kbd className={classes.key}>?</kbd>}>
            Keyboard shortcuts
          </Menu.Item>
        )}
        <Menu.Item disabled={!isOnline} onClick={() => void signOut()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function Choice<Value extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: Value;
  options: [Value, string][];
  onChange: (value: Value) => void;
}) {
  return (
    <div className={classes.choice}>
      <span className="small secondary">{label}</span>
      <SegmentedControl<Value>
        size="xs"
        fullWidth
        aria-label={label}
        value={value}
        data={options.map(([it, text]) => ({ value: it, label: text }))}
        onChange={onChange}
      />
    </div>
  );
}
