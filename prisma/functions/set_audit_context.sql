-- Sets the audit context of this statement: the caller, the request, and the reason if the caller gave one. Each write starts with it:
--
--   WITH ctx AS MATERIALIZED (SELECT public.set_audit_context(…) AS ready) UPDATE … FROM ctx WHERE …
--
-- The context has the statement's timestamp, so it does not count for the next statement of the transaction.
CREATE OR REPLACE FUNCTION public.set_audit_context(
  actor_type text, actor_id uuid, actor_name text, key_id uuid, request_id text, source_ip inet, user_agent text,
  reason text DEFAULT NULL
) RETURNS boolean
LANGUAGE sql VOLATILE
AS $$
  SELECT pg_catalog.set_config('audit.context', ROW(
    extract(epoch FROM pg_catalog.statement_timestamp()), actor_type, actor_id, actor_name, key_id, request_id, source_ip, user_agent,
    reason
  )::text, true) IS NOT NULL
$$;
