-- As it was, but no more than 50,000 records at once: of an actor with millions one statement would take longer than any may, and so never
-- come to an end. Each part is recorded; who erases asks until none is left.
CREATE OR REPLACE FUNCTION public.audit_erase(p_actor_id uuid) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  context jsonb := nullif(current_setting('audit.context', true), '')::jsonb;
  actor_kind text := CASE
    WHEN EXISTS (SELECT FROM public.coordinators WHERE id = p_actor_id) THEN 'coordinator'
    WHEN EXISTS (SELECT FROM public.operators WHERE id = p_actor_id) THEN 'operator'
  END;
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

  -- The deletion first: whatever it sees was written by a transaction of a lower number than this one gets by deleting, and so has
  -- its leaf before that of the record which tells of it.
  PERFORM set_config('audit.erasing', transaction_timestamp()::text, true);
  DELETE FROM public.audit_personal_values WHERE record_id IN (
    SELECT personal.record_id
    FROM public.audit_log AS record JOIN public.audit_personal_values AS personal ON personal.record_id = record.id
    WHERE record.actor_id = p_actor_id
    LIMIT 50000);
  GET DIAGNOSTICS erased = ROW_COUNT;
  PERFORM set_config('audit.erasing', '', true);

  PERFORM public.audit_append('audit.erased', NULL, actor_kind, p_actor_id, NULL,
    jsonb_build_object('personalValues', jsonb_build_object('from', erased, 'to', 0)));
  RETURN erased;
END
$$;
