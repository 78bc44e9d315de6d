-- Appends one record of a change. Who acts, and in which request, comes from the audit context of this statement.
--
-- AU001: this statement has no audit context, or the context does not say who acts
-- AU002: this actor may not make this change
CREATE OR REPLACE FUNCTION public.audit_append(
  p_action text, p_workspace_id uuid, p_resource_type text, p_resource_id uuid, p_rev integer, p_changes jsonb
) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  context jsonb := nullif(current_setting('audit.context', true), '')::jsonb;
BEGIN
  IF context IS NULL OR (context ->> 'at')::timestamptz IS DISTINCT FROM statement_timestamp() THEN
    RAISE EXCEPTION 'no audit context of this statement: % of % % refused', p_action, p_resource_type, p_resource_id
      USING ERRCODE = 'AU001';
  END IF;
  IF nullif(context ->> 'actorName', '') IS NULL
    OR NOT (CASE
      WHEN context ->> 'actorType' = 'SYSTEM' THEN context ->> 'actorId' IS NULL AND context ->> 'keyId' IS NULL
      WHEN context ->> 'actorType' IN ('COORDINATOR', 'OPERATOR')
        THEN context ->> 'actorId' IS NOT NULL AND context ->> 'keyId' IS NOT NULL AND context ->> 'requestId' IS NOT NULL
      ELSE false
    END)
  THEN
    RAISE EXCEPTION 'the audit context does not say who acts: % of % % refused', p_action, p_resource_type, p_resource_id
      USING ERRCODE = 'AU001';
  END IF;
  IF p_action = 'job.expired' AND context ->> 'actorType' <> 'SYSTEM' THEN
    RAISE EXCEPTION 'only the system takes back an attempt: job % refused', p_resource_id USING ERRCODE = 'AU002';
  END IF;

  IF p_action = 'job.requeued' AND context ->> 'actorType' = 'COORDINATOR' THEN
    RAISE EXCEPTION 'a coordinator does not requeue: job % refused', p_resource_id USING ERRCODE = 'AU002';
  END IF;

  PERFORM public.audit_write(
    (context ->> 'actorType')::public.audit_actor_type, (context ->> 'actorId')::uuid, context ->> 'actorName',
    (context ->> 'keyId')::uuid, p_action, 'SUCCESS', NULL, p_workspace_id, p_resource_type, p_resource_id, p_rev, p_changes,
    context ->> 'requestId', (context ->> 'sourceIp')::inet, context ->> 'userAgent', 1);
END
$$;
