-- Creates one partition of the log unless it exists. Returns whether it did.
--
-- The table is created with LIKE, gets its triggers, and is then attached: PARTITION OF would block every writer while it waits for its lock.
-- Row triggers of the parent come with ATTACH. The trigger against TRUNCATE does not, so each partition gets its own.
CREATE OR REPLACE FUNCTION public.audit_ensure_partition(suffix text, lower_bound text, upper_bound text) RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  partition text := 'audit_log' || suffix;
BEGIN
  -- Checks that the table is attached: another table of that name must raise an error, not leave the month without a partition.
  IF EXISTS (
    SELECT FROM pg_inherits
    WHERE inhparent = 'public.audit_log'::regclass AND inhrelid = to_regclass(format('public.%I', partition)))
  THEN
    RETURN false;
  END IF;

  EXECUTE format('CREATE TABLE public.%I (LIKE public.audit_log INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES)', partition);
  EXECUTE format('CREATE TRIGGER audit_log_no_truncate BEFORE TRUNCATE ON public.%I
    FOR EACH STATEMENT EXECUTE FUNCTION public.audit_log_refuse_change()', partition);
  EXECUTE format('ALTER TABLE public.%I ENABLE ALWAYS TRIGGER audit_log_no_truncate', partition);
  EXECUTE format('ALTER TABLE public.audit_log ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
    partition, lower_bound, upper_bound);
  EXECUTE format('ALTER TABLE public.%I ENABLE ALWAYS TRIGGER audit_log_append_only', partition);
  RETURN true;
END
$$;
