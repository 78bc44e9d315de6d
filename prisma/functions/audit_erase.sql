-- Deletes source addresses and user agents of one actor, with their salts, from the next 10,000 of its records after `p_after` (null: from
-- the first on), in the context of an ADMIN. Answers {erased, reached}: from how many records, and the last record that was looked at, which
-- is null at the end; null if there is no such actor. A part that erases nothing is recorded only if it is the last.
CREATE OR REPLACE FUNCTION public.audit_erase(p_actor_id uuid, p_after uuid) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  part CONSTANT integer := 10000;
  context jsonb := nullif(current_setting('audit.context', true), '')::jsonb;
  actor_kind text := CASE
    WHEN EXISTS (SELECT FROM public.coordinators WHERE id = p_actor_id) THEN 'coordinator'
    WHEN EXISTS (SELECT FROM public.operators WHERE id = p_actor_id) THEN 'operator'
  END;
  after_id uuid := coalesce(p_after, '00000000-0000-0000-0000-000000000000');
  -- An id has the millisecond of its record.
  after_moment timestamptz := CASE WHEN p_after IS NULL THEN '-infinity' ELSE to_timestamp(
    ('x' || substr(replace(p_after::text, '-', ''), 1, 12))::bit(48)::bigint / 1000.0) END;
  looked_at uuid[];
  erased bigint;
BEGIN
  IF NOT EXISTS (
    SELECT FROM public.operators
    WHERE id = (context ->> 'actorId')::uuid AND context ->> 'actorType' = 'OPERATOR' AND role = 'ADMIN' AND deleted_at IS NULL)
  THEN
    RAISE EXCEPTION 'only an ADMIN erases personal values' USING ERRCODE = 'AU002';
  END IF;
  IF actor_kind IS NULL THEN
    RETURN NULL;
  END IF;

  -- Only what a transaction of a lower number wrote: so it has its leaf before that of the record which tells of the erasure.
  looked_at := ARRAY(
    SELECT record.id FROM public.audit_log AS record
    WHERE record.actor_id = p_actor_id AND (record.occurred_at, record.id) > (after_moment, after_id)
      AND record.xid < pg_current_xact_id()
    ORDER BY record.occurred_at, record.id
    LIMIT part);
  PERFORM set_config('audit.erasing', transaction_timestamp()::text, true);
  DELETE FROM public.audit_personal_values WHERE record_id = ANY (looked_at);
  GET DIAGNOSTICS erased = ROW_COUNT;
  PERFORM set_config('audit.erasing', '', true);

  IF erased > 0 OR cardinality(looked_at) < part THEN
    PERFORM public.audit_append('audit.erased', NULL, actor_kind, p_actor_id, NULL,
      jsonb_build_object('personalValues', jsonb_build_object('from', erased, 'to', 0)));
  END IF;
  RETURN jsonb_build_object(
    'erased', erased, 'reached', CASE WHEN cardinality(looked_at) = part THEN looked_at[part] END);
END
$$;
