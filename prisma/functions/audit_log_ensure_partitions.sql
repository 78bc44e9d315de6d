-- Creates the partitions of this month and of the next `months_ahead` months, unless they exist. Returns how many months lacked one.
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
  suffix text;
  made integer := 0;
BEGIN
  -- one maker at a time
  PERFORM public.audit_take_lock('partitions', '10 seconds');
  FOR ahead IN 0..least(greatest(months_ahead, 0), 24) LOOP
    lower_bound := date_trunc('month', now()) + make_interval(months => ahead);
    upper_bound := lower_bound + interval '1 month';
    suffix := '_' || to_char(lower_bound, 'YYYY_MM');
    -- Both, whether or not the first was there.
    made := made + (
      public.audit_ensure_partition('audit_log', suffix, 'audit_log_append_only', lower_bound::text, upper_bound::text)::integer
      | public.audit_ensure_partition('audit_personal_values', suffix, 'audit_personal_values_unchanged',
        public.audit_first_id(lower_bound)::text, public.audit_first_id(upper_bound)::text)::integer);
  END LOOP;
  RETURN made;
END
$$;
