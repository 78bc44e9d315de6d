import { Checkbox, MultiSelect, NumberInput } from '@mantine/core';
import { useRef, useState } from 'react';
import type { CoordinatorPermission } from '../generated/schema';
import { ListField } from '../shared/ListField';
import { useWorkspaceOptions } from '../shared/options';
import classes from './Coordinators.module.css';
import { PERMISSION_TEXTS, PERMISSIONS } from './permissions';

interface Field<Value> {
  value: Value;
  error?: string | undefined;
  onChange: (value: Value) => void;
}

export function WorkspacesField({
  value,
  error,
  autoFocus = false,
  onChange,
}: Field<string[]> & { autoFocus?: boolean }) {
  const [isOpen, setOpen] = useState(false);
  const isByKey = useRef(false);
  const options = useWorkspaceOptions();
  return (
    <MultiSelect
      label="Workspaces"
      placeholder={value.length === 0 ? 'Choose at least one' : ''}
      required
      withAsterisk
      searchable
      // Also once they arrive after what was typed.
      selectFirstOptionOnChange={options.length > 0}
      autoFocus={autoFocus}
      dropdownOpened={isOpen}
      onDropdownOpen={() => setOpen(true)}
      onDropdownClose={() => setOpen(false)}
      onKeyDown={({ key }) => {
        isByKey.current = key === 'Enter';
      }}
      // Left open, the next Ctrl+Enter would take the choice back.
      onOptionSubmit={() => isByKey.current && setOpen(false)}
      data={options}
      value={value}
      error={error}
      onChange={onChange}
    />
  );
}

export function LimitField({ value, error, onChange }: Field<number>) {
  return (
    <NumberInput
      label="Requests a minute"
      description="Over all its keys."
      min={1}
      value={value}
      error={error}
      onChange={(given) => onChange(Number(given))}
    />
  );
}

/** Of a coordinator, or of a workspace. null: no cap */
export function CapField({ value, error, onChange }: Field<number | null>) {
  return (
    <NumberInput
      label="Jobs running at once"
      description="Empty: any number."
      min={1}
      value={value ?? ''}
      error={error}
      onChange={(given) => onChange(given === '' ? null : Number(given))}
    />
  );
}

/** @param of whose keys: `its keys are`, `the key is` */
export function NetworksField({ of, value, error, onChange }: Field<string[]> & { of: string }) {
  return (
    <ListField
      label="Networks"
      description={`Addresses or CIDR from which ${of} accepted. Empty: any.`}
      placeholder="10.0.0.0/8"
      value={value}
      error={error}
      onChange={onChange}
    />
  );
}

export function PermissionsField({ value, onChange }: Field<CoordinatorPermission[]>) {
  return (
    <Checkbox.Group
      label="Permissions"
      value={value}
      onChange={(chosen) => onChange(PERMISSIONS.filter((it) => chosen.includes(it)))}
    >
      <div className={classes.checks}>
        {PERMISSIONS.map((it) => (
          <Checkbox
            key={it}
            value={it}
            label={PERMISSION_TEXTS[it].name}
            description={PERMISSION_TEXTS[it].text}
          />
        ))}
      </div>
    </Checkbox.Group>
  );
}
