-- When a session ends if it is not used any more: 30 minutes after its last use, and never after `p_expires_at`.
CREATE OR REPLACE FUNCTION public.session_idle_end(p_last_seen_at timestamptz, p_expires_at timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE
AS $$
  SELECT least(p_last_seen_at + interval '30 minutes', p_expires_at)
$$;
