-- Makes `p_holder` the sealer, for half a minute or until its session ends. Returns true if `p_holder` is the sealer now. AU002: a wrong token.
CREATE OR REPLACE FUNCTION public.audit_sealer_lease(p_holder uuid, p_token bytea) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '2s'
AS $$
DECLARE
  expected bytea;
BEGIN
  SELECT lease_token INTO expected FROM public.audit_checkpoints ORDER BY seq DESC LIMIT 1;
  IF expected IS NOT NULL AND sha256(p_token) IS DISTINCT FROM expected THEN
    RAISE EXCEPTION 'only who holds the signing key of the last checkpoint seals' USING ERRCODE = 'AU002';
  END IF;
  INSERT INTO public.audit_sealer AS sealer (holder, backend, until)
  VALUES (p_holder, pg_backend_pid(), clock_timestamp() + interval '30 seconds')
  ON CONFLICT (only_row) DO UPDATE SET holder = excluded.holder, backend = excluded.backend, until = excluded.until
  WHERE sealer.until < clock_timestamp() OR (sealer.holder = excluded.holder AND expected IS NOT NULL)
    OR NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = sealer.backend);
  -- Before there is a token, no process can extend a lease, so a process without the key cannot keep it.
  RETURN FOUND OR EXISTS (SELECT FROM public.audit_sealer AS sealer WHERE sealer.holder = p_holder);
END
$$;
