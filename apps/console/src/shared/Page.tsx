import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';
import classes from './Page.module.css';

interface Props {
  title: string;
  /** what stands in the browser's tab, if it is not the title */
  tab?: string;
  badge?: ReactNode;
  subtitle?: ReactNode;
  back?: ReactNode;
  actions?: ReactNode;
  /** a list fills the window and scrolls inside; other pages scroll as a whole */
  fill?: boolean;
  children: ReactNode;
}

/** The frame of a page: one title, its actions, its content. */
export function Page({ title, tab, badge, subtitle, back, actions, fill = false, children }: Props) {
  useDocumentTitle(`${tab ?? title} · Coordinator Registry`);
  return (
    <div className={classes.page} data-fill={fill || undefined}>
      <header className={classes.header}>
        <div className={classes.heading}>
          {back !== undefined && <div className={classes.back}>{back}</div>}
          <div className={classes.line}>
            <h1 className={classes.title}>{title}</h1>
            {badge}
          </div>
          {subtitle !== undefined && <div className={classes.subtitle}>{subtitle}</div>}
        </div>
        {actions !== undefined && <div className={classes.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}

export function Section({
  title,
  actions,
  children,
}: {
  title: string;
  actions?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className={classes.section} aria-label={title}>
      <div className={classes.sectionHead}>
        <h2 className="section-title">{title}</h2>
        {actions}
      </div>
      {children}
    </section>
  );
}
