-- Takes the lock with this name. Processes that start at the same time wait for each other through it.
CREATE OR REPLACE FUNCTION public.registry_lock(p_name text, p_wait interval) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
-- restored on return, so it does not limit later waits of the caller
SET lock_timeout = 0
AS $$
BEGIN
  IF (p_name IN ('environment-key', 'first-admin')) IS NOT TRUE THEN
    RAISE EXCEPTION 'no lock of the API: %', left(p_name, 50) USING ERRCODE = 'AU002';
  END IF;
  PERFORM public.audit_take_lock(p_name, p_wait);
  RETURN true;
END
$$;
