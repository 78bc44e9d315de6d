-- A month may have 10⁸ records. To count them takes minutes, and no statement and no transaction may take that long. So they are counted in
-- parts, each by a statement of its own, and the month is dropped once all parts are. That is sound: the log only grows, and a month that is
-- over does not.

-- How far the oldest month has been counted: up to which record, and how many there were. Only the functions below write it.
CREATE TABLE public.audit_retention_progress (
  month   text   NOT NULL,
  reached uuid   NOT NULL,
  records bigint NOT NULL,
  CONSTRAINT audit_retention_progress_pkey PRIMARY KEY (month)
);
ALTER TABLE public.audit_retention_progress OWNER TO coordinator_registry_audit;

-- The oldest month that is over by retention, as YYYY_MM; null if there is none.
CREATE FUNCTION public.audit_month_over() RETURNS text
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

-- Counts the next 200,000 records of the oldest month that is over; answers whether there are more of it. AU004 if one of them is not
-- sealed, or if records are missing that were sealed.
CREATE FUNCTION public.audit_retain_count() RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
SET datestyle = 'ISO'
AS $$
DECLARE
  part CONSTANT integer := 200000;
  over text;
  first_id uuid;
  counted_to uuid;
  beyond uuid;
  records bigint;
  leaves bigint;
  unsealed bigint;
BEGIN
  -- One at a time. The key is that of audit_retain.
  PERFORM pg_advisory_xact_lock(hashtextextended('coordinator-registry/audit_retain', 0));
  over := public.audit_month_over();
  IF over IS NULL THEN
    RETURN false;
  END IF;
  first_id := public.audit_first_id(to_timestamp(over, 'YYYY_MM'));
  counted_to := coalesce(
    (SELECT reached FROM public.audit_retention_progress WHERE month = over), '00000000-0000-0000-0000-000000000000');

  EXECUTE format('
    WITH part AS MATERIALIZED (SELECT id FROM public.%I WHERE id > $1 ORDER BY id LIMIT $2)
    SELECT count(*), count(*) FILTER (WHERE leaf.record_id IS NULL), (SELECT id FROM part ORDER BY id DESC LIMIT 1)
    FROM part LEFT JOIN public.audit_leaves AS leaf ON leaf.record_id = part.id', 'audit_log_' || over)
  USING counted_to, part INTO records, unsealed, beyond;
  -- The last part goes to the end of the month, so that a record that was sealed and is gone is missed there, too.
  SELECT count(*) INTO leaves FROM public.audit_leaves
  WHERE record_id > greatest(counted_to, first_id) AND record_id <= CASE WHEN records = part THEN beyond
    ELSE public.audit_first_id(to_timestamp(over, 'YYYY_MM') + interval '1 month') END;
  IF unsealed > 0 OR leaves <> records THEN
    RAISE EXCEPTION 'the records of % stay: after record %, % are there, % of them not sealed, and % were sealed',
      replace(over, '_', '-'), counted_to, records, unsealed, leaves USING ERRCODE = 'AU004';
  END IF;

  INSERT INTO public.audit_retention_progress AS progress (month, reached, records)
  VALUES (over, coalesce(beyond, counted_to), records)
  ON CONFLICT (month) DO UPDATE SET reached = excluded.reached, records = progress.records + excluded.records;
  RETURN records = part;
END
$$;

-- As it was, but it drops only a month that has been counted: call audit_retain_count until it says that there is no more to count.
-- Answers the month that it dropped, or null.
CREATE OR REPLACE FUNCTION public.audit_retain() RETURNS text
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
SET datestyle = 'ISO'
SET lock_timeout = '200ms'
AS $$
DECLARE
  over text;
  records bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('coordinator-registry/audit_retain', 0));
  over := public.audit_month_over();
  -- The last part once more, if only to find that nothing has come since.
  IF over IS NULL OR public.audit_retain_count() THEN
    RETURN NULL;
  END IF;
  DELETE FROM public.audit_retention_progress AS progress WHERE progress.month = over RETURNING progress.records INTO records;

  -- The record first: it takes no lock that anybody waits for.
  PERFORM public.audit_write(
    'SYSTEM', NULL, 'retention', NULL, 'audit.retained', 'SUCCESS', NULL, NULL, 'audit-log', NULL, NULL,
    jsonb_build_object(
      'month', jsonb_build_object('from', NULL, 'to', replace(over, '_', '-')),
      'records', jsonb_build_object('from', records, 'to', 0)),
    NULL, NULL, NULL, 1);
  EXECUTE format('ALTER TABLE public.audit_personal_values DETACH PARTITION public.%I', 'audit_personal_values_' || over);
  EXECUTE format('ALTER TABLE public.audit_log DETACH PARTITION public.%I', 'audit_log_' || over);
  EXECUTE format('DROP TABLE public.%I, public.%I', 'audit_personal_values_' || over, 'audit_log_' || over);
  RETURN replace(over, '_', '-');
END
$$;

ALTER FUNCTION public.audit_month_over() OWNER TO coordinator_registry_audit;
ALTER FUNCTION public.audit_retain_count() OWNER TO coordinator_registry_audit;
REVOKE ALL ON FUNCTION public.audit_month_over(), public.audit_retain_count() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.audit_retain_count() TO coordinator_registry_app;
