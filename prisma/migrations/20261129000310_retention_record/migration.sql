-- As they were, but: their lock is a row (audit_take_lock); `audit.retained` says for how many months the log was kept then, so that a
-- verifier can tell a month that was dropped too early; and it repeats the months before it, whose own records retention takes away
-- in time: without that a log which is kept for a year could not be verified after two.
CREATE OR REPLACE FUNCTION public.audit_retain_count() RETURNS boolean
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
  -- one at a time, with audit_retain
  PERFORM public.audit_take_lock('retention', '10 seconds');
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
  last jsonb;
  earlier jsonb;
BEGIN
  PERFORM public.audit_take_lock('retention', '200 milliseconds');
  over := public.audit_month_over();
  -- The last part once more, if only to find that nothing has come since.
  IF over IS NULL OR public.audit_retain_count() THEN
    RETURN NULL;
  END IF;
  -- audit_retain_count waits longer for its lock.
  PERFORM set_config('lock_timeout', '200ms', true);
  DELETE FROM public.audit_retention_progress AS progress WHERE progress.month = over RETURNING progress.records INTO records;

  -- audit_log_action_idx, backwards
  SELECT changes INTO last FROM public.audit_log
  WHERE action = 'audit.retained' ORDER BY occurred_at DESC, id DESC LIMIT 1;
  IF last #>> '{month,to}' IS NOT NULL THEN
    earlier := coalesce(nullif(last #> '{earlier,to}', 'null'), '{}')
      || jsonb_build_object(last #>> '{month,to}', last #> '{records,from}');
  END IF;

  -- The record first: it takes no lock that anybody waits for.
  PERFORM public.audit_write(
    'SYSTEM', NULL, 'retention', NULL, 'audit.retained', 'SUCCESS', NULL, NULL, 'audit-log', NULL, NULL,
    jsonb_build_object(
      'month', jsonb_build_object('from', NULL, 'to', replace(over, '_', '-')),
      'records', jsonb_build_object('from', records, 'to', 0),
      'months', jsonb_build_object('from', NULL, 'to', (SELECT months FROM public.audit_retention)),
      'earlier', jsonb_build_object('from', NULL, 'to', earlier)),
    NULL, NULL, NULL, 1);
  EXECUTE format('ALTER TABLE public.audit_personal_values DETACH PARTITION public.%I', 'audit_personal_values_' || over);
  EXECUTE format('ALTER TABLE public.audit_log DETACH PARTITION public.%I', 'audit_log_' || over);
  EXECUTE format('DROP TABLE public.%I, public.%I', 'audit_personal_values_' || over, 'audit_log_' || over);
  RETURN replace(over, '_', '-');
END
$$;
