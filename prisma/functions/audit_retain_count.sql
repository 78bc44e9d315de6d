-- Counts the next 200,000 records of the oldest month that retention no longer keeps. Returns whether more are left. A month may have 10⁸ records:
-- to count them in one statement would take minutes. Counting in parts is correct because that month no longer changes.
--
-- AU004: a record is not sealed, or a sealed record is missing
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
  -- The last part extends to the end of the month, so that a missing sealed record is noticed there, too.
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
