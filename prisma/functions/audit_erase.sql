-- Sets source addresses and user agents of one actor, with their salts, to null in the next 10,000 of its records after `p_after` (null: from
-- the first on), in the context of an ADMIN. Returns {erased, reached}: the number of erased records, and the last record that was read (null at
-- the end). Returns null if the actor does not exist. A part that erases nothing is recorded only if it is the last.
CREATE OR REPLACE FUNCTION public.audit_erase(p_actor_id uuid, p_after uuid) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  part_size CONSTANT integer := 10000;
  context public.audit_context := nullif(current_setting('audit.context', true), '')::public.audit_context;
  actor_kind text := CASE
    WHEN EXISTS (SELECT FROM public.coordinators WHERE id = p_actor_id) THEN 'coordinator'
    WHEN EXISTS (SELECT FROM public.operators WHERE id = p_actor_id) THEN 'operator'
  END;
  after_id uuid := coalesce(p_after, '00000000-0000-0000-0000-000000000000');
  -- An id has the millisecond of its record.
  after_moment timestamptz := CASE WHEN p_after IS NULL THEN '-infinity' ELSE to_timestamp(
    ('x' || substr(replace(p_after::text, '-', ''), 1, 12))::bit(48)::bigint / 1000.0) END;
  last_id uuid;
  last_moment timestamptz;
  looked_at bigint;
  erased bigint;
BEGIN
  IF NOT EXISTS (
    SELECT FROM public.operators
    WHERE id = context.actor_id AND context.actor_type = 'OPERATOR' AND role = 'ADMIN' AND deleted_at IS NULL)
  THEN
    RAISE EXCEPTION 'only an ADMIN erases personal values' USING ERRCODE = 'AU002';
  END IF;
  IF actor_kind IS NULL THEN
    RETURN NULL;
  END IF;

  -- Only records of transactions with a lower number: their leaves come before the leaf of the record of the erasure.
  SELECT count(*), (array_agg(part.id ORDER BY part.occurred_at DESC, part.id DESC))[1], max(part.occurred_at)
  INTO looked_at, last_id, last_moment
  FROM (
    SELECT record.id, record.occurred_at FROM public.audit_log AS record
    WHERE record.actor_id = p_actor_id AND (record.occurred_at, record.id) > (after_moment, after_id)
      AND record.xid < pg_current_xact_id()
    ORDER BY record.occurred_at, record.id
    LIMIT part_size
  ) AS part;
  PERFORM set_config('audit.erasing', transaction_timestamp()::text, true);
  -- audit_log_actor_idx, the same range
  UPDATE public.audit_log AS record
  SET source_ip = NULL, source_ip_salt = NULL, user_agent = NULL, user_agent_salt = NULL
  WHERE record.actor_id = p_actor_id AND (record.occurred_at, record.id) > (after_moment, after_id)
    AND (record.occurred_at, record.id) <= (last_moment, last_id) AND record.xid < pg_current_xact_id()
    AND (record.source_ip IS NOT NULL OR record.user_agent IS NOT NULL);
  GET DIAGNOSTICS erased = ROW_COUNT;
  PERFORM set_config('audit.erasing', '', true);

  IF erased > 0 OR looked_at < part_size THEN
    PERFORM public.audit_append('audit.erased', NULL, actor_kind, p_actor_id,
      jsonb_build_object('personalValues', jsonb_build_object('from', erased, 'to', 0)));
  END IF;
  RETURN jsonb_build_object(
    'erased', erased, 'reached', CASE WHEN looked_at = part_size THEN last_id END);
END
$$;
