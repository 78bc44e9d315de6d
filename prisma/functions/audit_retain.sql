-- Drops the oldest month that retention no longer keeps, once audit_retain_count has counted all of it. Returns the month as YYYY-MM, or null if
-- there is none.
--
-- The record `audit.retained` says how many months were kept at that time, so that a verifier recognises a month that was dropped too early. It
-- repeats the earlier months, because retention later drops their own records.
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
  -- Counts the last part again, in case records were added since.
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

  -- Writes the record first: no other session waits for its locks.
  PERFORM public.audit_write(
    'SYSTEM', NULL, 'retention', NULL, 'audit.retained', 'SUCCESS', NULL, NULL, 'audit-log', NULL,
    jsonb_build_object(
      'month', jsonb_build_object('from', NULL, 'to', replace(over, '_', '-')),
      'records', jsonb_build_object('from', records, 'to', 0),
      'months', jsonb_build_object('from', NULL, 'to', (SELECT months FROM public.audit_retention)),
      'earlier', jsonb_build_object('from', NULL, 'to', earlier)),
    NULL, NULL, NULL, 1);
  EXECUTE format('ALTER TABLE public.audit_log DETACH PARTITION public.%I', 'audit_log_' || over);
  EXECUTE format('DROP TABLE public.%I', 'audit_log_' || over);
  RETURN replace(over, '_', '-');
END
$$;
