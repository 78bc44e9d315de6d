import { TextInput } from '@mantine/core';
import { type Ref, useEffect, useRef, useState } from 'react';

interface Props {
  label: string;
  placeholder: string;
  value: string;
  inputRef?: Ref<HTMLInputElement>;
  className?: string | undefined;
  onChange: (value: string | undefined) => void;
}

const PAUSE_MS = 350;

/** A filter that acts when the typing pauses, or at Enter. */
export function TextFilter({ label, placeholder, value, inputRef, className, onChange }: Props) {
  const [typed, setTyped] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  // Back and forward change the address, and so the field.
  useEffect(() => setTyped(value), [value]);
  const apply = (text: string): void => {
    clearTimeout(timer.current);
    if (text.trim() !== value) onChange(text.trim() === '' ? undefined : text.trim());
  };
  return (
    <TextInput
      ref={inputRef}
      className={className}
      aria-label={label}
      placeholder={placeholder}
      value={typed}
      spellCheck={false}
      autoComplete="off"
      onChange={({ currentTarget }) => {
        const text = currentTarget.value;
        setTyped(text);
        clearTimeout(timer.current);
        timer.current = setTimeout(() => apply(text), PAUSE_MS);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter') apply(typed);
        if (event.key === 'Escape') event.currentTarget.blur();
      }}
    />
  );
}
