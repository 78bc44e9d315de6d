-- Says who acts in this statement, and in which request. Each write starts with it:
--
--   WITH ctx AS MATERIALIZED (SELECT public.set_audit_context(…) AS ready) UPDATE … FROM ctx WHERE …
--
-- The context has the statement's timestamp, so it does not count for the next statement of the transaction.
CREATE OR REPLACE FUNCTION public.set_audit_context(
  actor_type text, actor_id uuid, actor_name text, key_id uuid, request_id text, source_ip inet, user_agent text
) RETURNS boolean
LANGUAGE sql VOLATILE
AS $$
  SELECT pg_catalog.set_config('audit.context', pg_catalog.jsonb_build_object(
    'at', pg_catalog.statement_timestamp(),
    'actorType', actor_type, 'actorId', actor_id, 'actorName', actor_name, 'keyId', key_id,
    'requestId', request_id, 'sourceIp', pg_catalog.host(source_ip), 'userAgent', user_agent)::text, true) IS NOT NULL
$$;
