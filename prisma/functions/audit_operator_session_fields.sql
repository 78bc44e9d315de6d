-- The columns of a session that the log records. Never the digest of its token.
CREATE OR REPLACE FUNCTION public.audit_operator_session_fields(session public.operator_sessions) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
  SELECT pg_catalog.jsonb_build_object(
    'operatorId', session.operator_id, 'expiresAt', session.expires_at, 'endedAt', session.ended_at, 'endReason', session.end_reason)
$$;
