/** Line icons on a grid of 16. They never stand alone: a word or an accessible name is beside them. */
const PATHS = {
  overview: 'M2 9h3.5l2-5 2.5 9 2-4H14',
  jobs: 'M2.5 4.5h11v3h-11zM2.5 9.5h7v3h-7z',
  log: 'M4 2.5h6.5L13 5v8.5H4zM6 7h5M6 9.5h5M6 12h3',
  coordinators: 'M8 2.5 13.5 5.5v5L8 13.5 2.5 10.5v-5zM2.5 5.5 8 8.5l5.5-3M8 8.5v5',
  keys: 'M6 9.5a3 3 0 1 1 2.3-1.1l5.2 5.1M11.5 11.5l1.5-1.5',
  workspaces: 'M2.5 6 8 3l5.5 3L8 9zM2.5 9 8 12l5.5-3',
  operators: 'M8 8a2.7 2.7 0 1 0 0-5.4A2.7 2.7 0 0 0 8 8zM2.8 13.5c.6-2.4 2.6-3.7 5.2-3.7s4.6 1.3 5.2 3.7',
  sessions: 'M2.5 3.5h11v7h-11zM6 13h4M8 10.5V13',
  search: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.3 10.3 13.5 13.5',
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  copy: 'M5.5 5.5h7v8h-7zM3.5 10.5v-8h7',
  check: 'M3 8.5 6.5 12 13 4.5',
  cross: 'M4 4l8 8M12 4l-8 8',
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  left: 'M10 3.5 5.5 8l4.5 4.5',
  right: 'M6 3.5 10.5 8 6 12.5',
  down: 'M3.5 6 8 10.5 12.5 6',
  filter: 'M2.5 3.5h11L9.5 8.5v4l-3 1v-5z',
  live: 'M8 9.2a1.2 1.2 0 1 0 0-2.4 1.2 1.2 0 0 0 0 2.4zM4.6 4.6a4.8 4.8 0 0 0 0 6.8M11.4 4.6a4.8 4.8 0 0 1 0 6.8',
  export: 'M8 2.5v7M5 7l3 3 3-3M3 12.5h10',
  shield: 'M8 2 13 4v4c0 3-2.2 5-5 6-2.8-1-5-3-5-6V4z',
  verified: 'M8 2 13 4v4c0 3-2.2 5-5 6-2.8-1-5-3-5-6V4zM5.5 8l2 2 3.2-3.6',
  link: 'M6.8 9.2a2.6 2.6 0 0 0 3.7 0l2-2a2.6 2.6 0 1 0-3.7-3.7l-.8.8M9.2 6.8a2.6 2.6 0 0 0-3.7 0l-2 2a2.6 2.6 0 1 0 3.7 3.7l.8-.8',
  user: 'M8 8a2.7 2.7 0 1 0 0-5.4A2.7 2.7 0 0 0 8 8zM2.8 13.5c.6-2.4 2.6-3.7 5.2-3.7s4.6 1.3 5.2 3.7',
  external: 'M6.5 3.5h-3v9h9v-3M9 3h4v4M13 3 7.5 8.5',
  side: 'M2.5 3.5h11v9h-11zM6 3.5v9',
  // Shapes of badges.
  circle: 'M8 13a5 5 0 1 0 0-10 5 5 0 0 0 0 10z',
  half: 'M8 13a5 5 0 1 0 0-10 5 5 0 0 0 0 10zM8 3v10M9 4v8M10 4.5v7M11 5.5v5M12 7v2',
  clock: 'M8 13.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zM8 5v3.2l2 1.6',
  slash: 'M8 13a5 5 0 1 0 0-10 5 5 0 0 0 0 10zM4.5 11.5l7-7',
  times: 'M8 13a5 5 0 1 0 0-10 5 5 0 0 0 0 10zM6.2 6.2l3.6 3.6M9.8 6.2 6.2 9.8',
  swap: 'M3 6h9M9.5 3.5 12 6 9.5 8.5M13 10.5H4M6.5 8 4 10.5 6.5 13',
  dotted: 'M8 3h.01M11.5 4.5h.01M13 8h.01M11.5 11.5h.01M8 13h.01M4.5 11.5h.01M3 8h.01M4.5 4.5h.01',
  pause: 'M6 4v8M10 4v8',
  refused: 'M8 13a5 5 0 1 0 0-10 5 5 0 0 0 0 10zM5.5 8h5',
  octagon: 'M5.5 2.5h5l3 3v5l-3 3h-5l-3-3v-5zM6 6l4 4M10 6l-4 4',
  'shield-half': 'M8 2 13 4v4c0 3-2.2 5-5 6-2.8-1-5-3-5-6V4zM8 2v12M6.5 3v9.8M5 3.6v8',
  warning: 'M8 2.5 14 13H2zM8 6.5v3M8 11.2h.01',
  dot: 'M8 8h.01',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  const width = name === 'dot' ? 7 : name === 'more' || name === 'dotted' ? 2.2 : 1.5;
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth={width}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
