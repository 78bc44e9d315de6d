-- Appends one record of a change. The audit context of this statement names the caller and the request. Triggers call this function and set the
-- search path: setting it again would cost each record time. audit_jobs has the same code for jobs, which change most.
-- p_reason: why, if the row says it; otherwise the reason is the caller's.
--
-- AU001: this statement has no audit context, or the context names no caller
CREATE OR REPLACE FUNCTION public.audit_append(
  p_action text, p_workspace_id uuid, p_resource_type text, p_resource_id uuid, p_changes jsonb,
  p_reason text DEFAULT NULL
) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
  context public.audit_context := nullif(current_setting('audit.context', true), '')::public.audit_context;
BEGIN
  IF context.at IS DISTINCT FROM extract(epoch FROM statement_timestamp()) THEN
    RAISE EXCEPTION 'no audit context of this statement: % of % % refused', p_action, p_resource_type, p_resource_id
      USING ERRCODE = 'AU001';
  END IF;
  IF (context.actor_name <> '' AND (
      (context.actor_type = 'SYSTEM' AND context.actor_id IS NULL AND context.key_id IS NULL)
      OR (context.actor_type IN ('COORDINATOR', 'OPERATOR') AND context.actor_id IS NOT NULL AND context.key_id IS NOT NULL
        AND context.request_id IS NOT NULL))) IS NOT TRUE
  THEN
    RAISE EXCEPTION 'the audit context does not say who acts: % of % % refused', p_action, p_resource_type, p_resource_id
      USING ERRCODE = 'AU001';
  END IF;

  PERFORM public.audit_write(
    context.actor_type, context.actor_id, context.actor_name, context.key_id, p_action, 'SUCCESS',
    coalesce(p_reason, context.reason),
    p_workspace_id, p_resource_type, p_resource_id, p_changes, context.request_id, context.source_ip, context.user_agent, 1);
END
$$;
