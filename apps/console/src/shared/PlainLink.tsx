import { useRouter } from '@tanstack/react-router';
import type { MouseEvent, ReactNode } from 'react';

/** A link in a row of a list. The router's own follows each change of the address, which costs more than the rest of the row. */
export function PlainLink({
  to,
  className,
  children,
}: {
  to: string;
  className?: string | undefined;
  children: ReactNode;
}) {
  const router = useRouter();
  const open = (event: MouseEvent): void => {
    // The browser opens another tab or window itself.
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    void router.navigate({ to });
  };
  return (
    <a
      href={`${router.basepath}${to}`}
      className={className}
      onPointerEnter={() => void router.preloadRoute({ to })}
      onClick={open}
    >
      {children}
    </a>
  );
}
