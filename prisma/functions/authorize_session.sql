-- As authorize_operator, for a session of an operator. `key_id` is the key that opened the session. The session has no rights without this key, so
-- a rotated, revoked, expired or deleted key ends it.
CREATE OR REPLACE FUNCTION public.authorize_session(p_session_id uuid, p_permission text, p_source_ip inet)
RETURNS TABLE (operator_id uuid, operator_name text, key_id uuid, role public.operator_role, workspace_ids uuid[], refusal text)
LANGUAGE sql STABLE
AS $$
  SELECT o.id, o.name, s.key_id, o.role, o.workspace_ids,
    CASE
      WHEN s.ended_at IS NULL AND public.session_idle_end(coalesce(use.last_seen_at, s.created_at), s.expires_at)
        <= pg_catalog.statement_timestamp() THEN 'session-expired'
      WHEN s.end_reason IN ('idle', 'expired') THEN 'session-expired'
      WHEN s.ended_at IS NOT NULL OR o.deleted_at IS NOT NULL OR o.key_id <> s.key_id
        OR o.key_expires_at <= pg_catalog.statement_timestamp() THEN 'session-ended'
      WHEN o.allowed_networks <> '{}' AND NOT coalesce(p_source_ip <<= ANY (o.allowed_networks), false)
        THEN 'network-forbidden'
      WHEN p_permission IS NOT NULL AND NOT coalesce(p_permission = ANY (public.operator_permissions(o.role)), false)
        THEN 'permission-missing'
    END
  FROM public.operator_sessions AS s
  JOIN public.operators AS o ON o.id = s.operator_id
  LEFT JOIN public.operator_session_uses AS use ON use.session_id = s.id
  WHERE s.id = p_session_id
$$;
