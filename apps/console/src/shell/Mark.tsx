/** The mark of the product. */
export function Mark({ size = 20 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="7" fill="#1971c2" />
      <path
        d="M9 12.5h8.5a3.5 3.5 0 1 1 0 7H9"
        fill="none"
        stroke="#fff"
        strokeWidth="2.6"
        strokeLinecap="round"
      />
      <circle cx="9" cy="12.5" r="2.6" fill="#fff" />
      <circle cx="9" cy="19.5" r="2.6" fill="#fff" />
    </svg>
  );
}
