import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';

/** Goes to another page, once: the router's own component goes again at each render. */
export function GoTo({ href }: { href: string }) {
  const navigate = useNavigate();
  const hasGone = useRef(false);
  useEffect(() => {
    if (hasGone.current) return;
    hasGone.current = true;
    void navigate({ href, replace: true });
  }, [href, navigate]);
  return null;
}
