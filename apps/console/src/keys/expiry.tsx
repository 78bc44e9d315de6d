import { Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { clock } from '../shared/clock';

const DAY_MS = 86_400_000;
const PRESETS: Record<string, number | null> = { '30d': 30, '90d': 90, '1y': 365, never: null };
const OPTIONS = [
  { value: '30d', label: '30 days' },
  { value: '90d', label: '90 days' },
  { value: '1y', label: '1 year' },
  { value: 'never', label: 'Never' },
  { value: 'other', label: 'Another day' },
];

/** @returns undefined for never */
export function useExpiry(first: '30d' | '90d' | '1y' | 'never') {
  const [preset, setPreset] = useState<string>(first);
  const [day, setDay] = useState('');
  const days = PRESETS[preset];
  const expiresAt =
    preset === 'other'
      ? day === ''
        ? undefined
        : new Date(`${day}T23:59:59`).toISOString()
      : days === null || days === undefined
        ? undefined
        : new Date(clock.now() + days * DAY_MS).toISOString();
  const field = (
    <>
      <Select
        label="The key ends"
        data={OPTIONS}
        value={preset}
        allowDeselect={false}
        onChange={(value) => setPreset(value ?? first)}
      />
      {preset === 'other' && (
        <TextInput
          label="Last day"
          type="date"
          value={day}
          onChange={(event) => setDay(event.currentTarget.value)}
        />
      )}
    </>
  );
  const text =
    preset === 'never' ? 'never ends' : `ends in ${OPTIONS.find(({ value }) => value === preset)?.label}`;
  return { expiresAt, field, text, isMissing: preset === 'other' && day === '' };
}
