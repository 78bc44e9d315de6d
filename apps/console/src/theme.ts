import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

/** White text on shade 8 has a contrast of 5.0 : 1. */
const accent: MantineColorsTuple = [
  '#e7f5ff',
  '#d0ebff',
  '#a5d8ff',
  '#74c0fc',
  '#4dabf7',
  '#339af0',
  '#228be6',
  '#1c7ed6',
  '#1971c2',
  '#1864ab',
];

/** Only dialogs have red buttons: white on shade 8 has 5.5 : 1. */
const danger: MantineColorsTuple = [
  '#fff5f5',
  '#ffe3e3',
  '#ffc9c9',
  '#ffa8a8',
  '#ff8787',
  '#ff6b6b',
  '#fa5252',
  '#e03131',
  '#c92a2a',
  '#a61e1e',
];

/** Without it, the library draws the choices of each field, hidden, before anybody opens them. */
const CLOSED_IS_ABSENT = { shadow: 'md', keepMounted: false } as const;

export const theme = createTheme({
  colors: { accent, danger },
  primaryColor: 'accent',
  primaryShade: 8,
  defaultRadius: 6,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '18px' },
  headings: { fontWeight: '600' },
  respectReducedMotion: true,
  focusRing: 'auto',
  components: {
    Button: { defaultProps: { size: 'sm' } },
    TextInput: { defaultProps: { size: 'sm' } },
    Textarea: { defaultProps: { size: 'sm' } },
    Select: { defaultProps: { size: 'sm', comboboxProps: CLOSED_IS_ABSENT } },
    MultiSelect: { defaultProps: { size: 'sm', comboboxProps: CLOSED_IS_ABSENT } },
    TagsInput: { defaultProps: { comboboxProps: CLOSED_IS_ABSENT } },
    NumberInput: { defaultProps: { size: 'sm' } },
    PasswordInput: { defaultProps: { size: 'sm' } },
    Modal: {
      defaultProps: { centered: true, transitionProps: { duration: 120 }, overlayProps: { opacity: 0.4 } },
    },
    Tooltip: { defaultProps: { openDelay: 150, events: { hover: true, focus: true, touch: true } } },
  },
});

/** Every pair is measured: text on white or #242424, and on its tint, has at least 4.5 : 1. */
export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-text': '#212529',
    '--mantine-color-dimmed': '#495057',
    '--mantine-color-placeholder': '#495057',
    '--mantine-color-error': '#c92a2a',
    '--mantine-color-anchor': '#1971c2',
    '--page': '#ffffff',
    '--side': '#f8f9fa',
    '--raised': '#ffffff',
    '--hover': '#f1f3f5',
    '--line': '#e3e6e9',
    '--control-line': '#868e96',
    '--accent': '#1971c2',
    '--secondary': '#495057',
    '--running': '#1864ab',
    '--running-tint': '#e7f5ff',
    '--good': '#087f5b',
    '--good-tint': '#e6fcf5',
    '--warning': '#8a4700',
    '--warning-tint': '#fff4e6',
    '--bad': '#c92a2a',
    '--bad-tint': '#fff5f5',
    '--neutral': '#495057',
    '--neutral-tint': '#f1f3f5',
  },
  dark: {
    '--mantine-color-text': '#e0e0e0',
    '--mantine-color-dimmed': '#b8b8b8',
    '--mantine-color-placeholder': '#b8b8b8',
    '--mantine-color-error': '#ffa8a8',
    '--mantine-color-anchor': '#74c0fc',
    '--page': '#242424',
    '--side': '#1c1c1c',
    '--raised': '#2a2a2a',
    '--hover': '#303030',
    '--line': '#3a3a3a',
    '--control-line': '#828282',
    '--accent': '#74c0fc',
    '--secondary': '#b8b8b8',
    '--running': '#74c0fc',
    '--running-tint': '#16324a',
    '--good': '#38d9a9',
    '--good-tint': '#12352a',
    '--warning': '#ffc078',
    '--warning-tint': '#42290f',
    '--bad': '#ffa8a8',
    '--bad-tint': '#4a2020',
    '--neutral': '#ced4da',
    '--neutral-tint': '#343434',
  },
});
