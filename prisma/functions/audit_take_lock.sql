-- Takes a lock until the transaction ends. It locks a row, because every login of the database could take an advisory lock.
--
-- AU005: another session holds the lock longer than `p_wait`; the message names it
CREATE OR REPLACE FUNCTION public.audit_take_lock(p_name text, p_wait interval) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  holders text;
BEGIN
  PERFORM set_config('lock_timeout', (extract(epoch FROM p_wait) * 1000)::integer::text, true);
  PERFORM FROM public.registry_locks WHERE name = p_name FOR UPDATE;
EXCEPTION WHEN lock_not_available THEN
  -- Lists all holders of row locks in this table. Postgres does not show the row.
  SELECT string_agg(format('session %s (login %s, application "%s")', session.pid, session.usename, session.application_name), ', ')
  INTO holders
  FROM pg_locks AS held JOIN pg_stat_activity AS session ON session.pid = held.pid
  WHERE held.relation = 'public.registry_locks'::regclass AND held.granted AND held.pid <> pg_backend_pid();
  RAISE EXCEPTION 'the lock "%" was not to be had within % s; held by %', p_name, extract(epoch FROM p_wait)::integer,
    coalesce(holders, 'a session that has just ended') USING ERRCODE = 'AU005';
END
$$;
