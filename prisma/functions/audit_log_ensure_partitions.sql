-- Creates the partitions of this month and of the next `months_ahead` months, unless they exist. Returns the number of created partitions.
CREATE OR REPLACE FUNCTION public.audit_log_ensure_partitions(months_ahead integer DEFAULT 3) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
SET datestyle = 'ISO'
SET lock_timeout = 0
AS $$
DECLARE
  lower_bound timestamptz;
  upper_bound timestamptz;
  made integer := 0;
BEGIN
  -- one session creates partitions at a time
  PERFORM public.audit_take_lock('partitions', '10 seconds');
  FOR ahead IN 0..least(greatest(months_ahead, 0), 24) LOOP
    lower_bound := date_trunc('month', now()) + make_interval(months => ahead);
    upper_bound := lower_bound + interval '1 month';
    made := made + public.audit_ensure_partition(
      '_' || to_char(lower_bound, 'YYYY_MM'), lower_bound::text, upper_bound::text)::integer;
  END LOOP;
  RETURN made;
END
$$;
