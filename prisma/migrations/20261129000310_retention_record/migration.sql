-- As it was, but: its lock is a row (audit_take_lock); `audit.retained` says for how many months the log was kept then, so that a
-- verifier can tell a month that was dropped too early; and it repeats the months before it, whose own records retention takes away
-- in time: without that a log which is kept for a year could not be verified after two.
CREATE OR REPLACE FUNCTION public.audit_retain() RETURNS text
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
SET datestyle = 'ISO'
SET lock_timeout = '200ms'
AS $$
DECLARE
  kept_months integer := (SELECT months FROM public.audit_retention);
  kept_from timestamptz := date_trunc('month', now()) - make_interval(months => kept_months);
  suffix text;
  month timestamptz;
  records bigint;
  leaves bigint;
  unsealed bigint;
  last jsonb;
  earlier jsonb;
BEGIN
  IF kept_from IS NULL THEN
    RETURN NULL;
  END IF;
  -- one at a time
  PERFORM public.audit_take_lock('retention', '200 milliseconds');
  SELECT substring(child.relname FROM '^audit_log(_\d{4}_\d{2})$') INTO suffix
  FROM pg_inherits AS partition JOIN pg_class AS child ON child.oid = partition.inhrelid
  WHERE partition.inhparent = 'public.audit_log'::regclass AND child.relname < 'audit_log_' || to_char(kept_from, 'YYYY_MM')
  ORDER BY child.relname
  LIMIT 1;
  IF suffix IS NULL THEN
    RETURN NULL;
  END IF;
  month := to_timestamp(suffix, '_YYYY_MM');

  EXECUTE format('
    SELECT count(*), count(*) FILTER (WHERE leaf.record_id IS NULL)
    FROM public.%I AS record LEFT JOIN public.audit_leaves AS leaf ON leaf.record_id = record.id', 'audit_log' || suffix)
  INTO records, unsealed;
  SELECT count(*) INTO leaves FROM public.audit_leaves
  WHERE record_id >= public.audit_first_id(month) AND record_id < public.audit_first_id(month + interval '1 month');
  IF unsealed > 0 OR leaves <> records THEN
    RAISE EXCEPTION 'the records of % stay: % are there, % of them not sealed, and % were sealed',
      to_char(month, 'YYYY-MM'), records, unsealed, leaves USING ERRCODE = 'AU004';
  END IF;

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
      'month', jsonb_build_object('from', NULL, 'to', to_char(month, 'YYYY-MM')),
      'records', jsonb_build_object('from', records, 'to', 0),
      'months', jsonb_build_object('from', NULL, 'to', kept_months),
      'earlier', jsonb_build_object('from', NULL, 'to', earlier)),
    NULL, NULL, NULL, 1);
  EXECUTE format('ALTER TABLE public.audit_personal_values DETACH PARTITION public.%I', 'audit_personal_values' || suffix);
  EXECUTE format('ALTER TABLE public.audit_log DETACH PARTITION public.%I', 'audit_log' || suffix);
  EXECUTE format('DROP TABLE public.%I, public.%I', 'audit_personal_values' || suffix, 'audit_log' || suffix);
  RETURN to_char(month, 'YYYY-MM');
END
$$;
