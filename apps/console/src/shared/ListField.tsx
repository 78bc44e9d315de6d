import { TagsInput } from '@mantine/core';

/** Several short texts, each a chip: networks, repositories. */
export function ListField({
  label,
  description,
  placeholder,
  value,
  error,
  onChange,
}: {
  label: string;
  description?: string;
  placeholder?: string;
  value: string[];
  error?: string | undefined;
  onChange: (value: string[]) => void;
}) {
  return (
    <TagsInput
      label={label}
      description={description}
      placeholder={value.length === 0 ? placeholder : ''}
      value={value}
      error={error}
      splitChars={[',', ' ', '\n']}
      acceptValueOnBlur
      onChange={onChange}
    />
  );
}
