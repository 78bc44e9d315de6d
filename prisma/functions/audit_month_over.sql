-- The oldest month that retention no longer keeps, as YYYY_MM; null if there is none.
CREATE OR REPLACE FUNCTION public.audit_month_over() RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
SET datestyle = 'ISO'
AS $$
  SELECT substring(child.relname FROM '^audit_log_(\d{4}_\d{2})$')
  FROM public.audit_retention AS retention, pg_inherits AS partition JOIN pg_class AS child ON child.oid = partition.inhrelid
  WHERE partition.inhparent = 'public.audit_log'::regclass AND child.relname ~ '^audit_log_\d{4}_\d{2}$'
    AND child.relname < 'audit_log_' || to_char(date_trunc('month', now()) - make_interval(months => retention.months), 'YYYY_MM')
  ORDER BY child.relname
  LIMIT 1
$$;
