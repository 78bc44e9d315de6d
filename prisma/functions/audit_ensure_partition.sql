-- Creates one partition unless it exists. Returns whether it did.
--
-- The table is created with LIKE, gets its triggers, and is then attached: PARTITION OF would block every writer while it waits for its lock.
-- Row triggers of the parent come with ATTACH. The trigger against TRUNCATE does not, so each partition gets its own.
CREATE OR REPLACE FUNCTION public.audit_ensure_partition(parent text, suffix text, guard text, lower_bound text, upper_bound text)
RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  partition text := parent || suffix;
BEGIN
  -- Attached, not merely there: a stray table of that name must fail loudly, not leave the month without a partition.
  IF EXISTS (
    SELECT FROM pg_inherits
    WHERE inhparent = format('public.%I', parent)::regclass AND inhrelid = to_regclass(format('public.%I', partition)))
  THEN
    RETURN false;
  END IF;

  EXECUTE format('CREATE TABLE public.%I (LIKE public.%I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES)',
    partition, parent);
  EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON public.%I
    FOR EACH STATEMENT EXECUTE FUNCTION public.audit_log_refuse_change()', parent || '_no_truncate', partition);
  EXECUTE format('ALTER TABLE public.%I ENABLE ALWAYS TRIGGER %I', partition, parent || '_no_truncate');
  EXECUTE format('ALTER TABLE public.%I ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
    parent, partition, lower_bound, upper_bound);
  EXECUTE format('ALTER TABLE public.%I ENABLE ALWAYS TRIGGER %I', partition, guard);
  RETURN true;
END
$$;
