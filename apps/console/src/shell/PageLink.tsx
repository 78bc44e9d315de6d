import { Link, useLocation } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { PageEntry } from './pages';

/** Marks the page that is open, also while one of its details is. */
export function PageLink({
  page,
  className,
  isNamed = true,
  children,
  ...rest
}: {
  page: PageEntry;
  className: string;
  /** whether the name is among the children and shown */
  isNamed?: boolean;
  children: ReactNode;
  onClick?: () => void;
}) {
  const { pathname } = useLocation();
  const isActive =
    page.to === '/' ? pathname === '/' : pathname === page.to || pathname.startsWith(`${page.to}/`);
  return (
    <Link
      {...rest}
      to={page.to}
      className={className}
      data-active={isActive || undefined}
      aria-current={isActive ? 'page' : undefined}
      // The word is not shown in a narrow sidebar.
      aria-label={isNamed ? undefined : page.name}
    >
      {children}
    </Link>
  );
}
