-- Rolling upgrade: yes
-- Sessions of operators: a browser that has signed in with an access key. Servers of the previous release know nothing of them and run on.

CREATE TABLE public.operator_sessions (
  id          uuid           NOT NULL DEFAULT public.uuid_v7(),
  operator_id uuid           NOT NULL,
  -- the operator's key that opened it: without this key it has no rights
  key_id      uuid           NOT NULL,
  -- SHA-256 of the 256 random bits in the cookie
  token_hash  bytea          NOT NULL,
  -- of the request that opened it
  source_ip   inet,
  user_agent  text,
  created_at  timestamptz(3) NOT NULL DEFAULT now(),
  expires_at  timestamptz(3) NOT NULL,
  ended_at    timestamptz(3),
  end_reason  text,
  CONSTRAINT operator_sessions_pkey PRIMARY KEY (id),
  CONSTRAINT operator_sessions_operator_id_fkey
    FOREIGN KEY (operator_id) REFERENCES public.operators (id) ON DELETE RESTRICT ON UPDATE RESTRICT,
  CONSTRAINT operator_sessions_token_hash_length CHECK (octet_length(token_hash) = 32)
);
CREATE UNIQUE INDEX operator_sessions_token_hash_key ON public.operator_sessions (token_hash);
CREATE INDEX operator_sessions_operator_id_idx ON public.operator_sessions (operator_id, created_at, id) WHERE ended_at IS NULL;
CREATE INDEX operator_sessions_created_at_idx ON public.operator_sessions (created_at, id) WHERE ended_at IS NULL;
CREATE INDEX operator_sessions_ended_at_idx ON public.operator_sessions (ended_at) WHERE ended_at IS NOT NULL;

-- A table of its own, so that recording a use neither locks the session nor waits for it.
CREATE TABLE public.operator_session_uses (
  session_id   uuid           NOT NULL,
  last_seen_at timestamptz(3) NOT NULL,
  CONSTRAINT operator_session_uses_pkey PRIMARY KEY (session_id),
  CONSTRAINT operator_session_uses_session_id_fkey
    FOREIGN KEY (session_id) REFERENCES public.operator_sessions (id) ON DELETE CASCADE ON UPDATE RESTRICT
);

-- A record of a change may take its reason from the row. No two functions have the same name, so the one without a reason goes.
DROP FUNCTION public.audit_append(text, uuid, text, uuid, jsonb);

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

-- The columns of a session that the log records. Never the digest of its token.
CREATE OR REPLACE FUNCTION public.audit_operator_session_fields(session public.operator_sessions) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
  SELECT pg_catalog.jsonb_build_object(
    'operatorId', session.operator_id, 'expiresAt', session.expires_at, 'endedAt', session.ended_at, 'endReason', session.end_reason)
$$;

-- Trigger: records the beginning and the end of a session, and refuses any other change (AU002). A row is deleted some time after the end.
CREATE OR REPLACE FUNCTION public.audit_operator_sessions() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET timezone = 'UTC'
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF TG_RELID <> 'public.operator_sessions'::regclass THEN
    RAISE EXCEPTION 'audit_operator_sessions serves public.operator_sessions alone' USING ERRCODE = 'AU002';
  END IF;
  IF TG_OP = 'DELETE' THEN
    IF OLD.ended_at IS NULL THEN
      RAISE EXCEPTION 'a session ends before its row is deleted' USING ERRCODE = 'AU002';
    END IF;
    RETURN NULL;
  END IF;
  IF TG_OP = 'INSERT' AND (NEW.ended_at IS NOT NULL OR NEW.end_reason IS NOT NULL)
    OR TG_OP = 'UPDATE' AND (OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL OR NEW.end_reason IS NULL)
  THEN
    RAISE EXCEPTION 'a session ends once, for a reason, and stays ended' USING ERRCODE = 'AU002';
  END IF;

  PERFORM public.audit_append(
    CASE TG_OP WHEN 'INSERT' THEN 'session.opened' ELSE 'session.closed' END,
    NULL, 'session', NEW.id,
    public.audit_changes(
      CASE TG_OP WHEN 'INSERT' THEN '{}' ELSE public.audit_operator_session_fields(OLD) END,
      public.audit_operator_session_fields(NEW)),
    NEW.end_reason);
  RETURN NULL;
END
$$;

-- When a session ends if it is not used any more: 30 minutes after its last use, and never after `p_expires_at`.
CREATE OR REPLACE FUNCTION public.session_idle_end(p_last_seen_at timestamptz, p_expires_at timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE
AS $$
  SELECT least(p_last_seen_at + interval '30 minutes', p_expires_at)
$$;

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

-- Trigger: ends the sessions of an operator whose key is replaced, or who is deleted. So a rotation and a revocation leave no session behind,
-- whoever makes them.
CREATE OR REPLACE FUNCTION public.end_sessions() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  UPDATE public.operator_sessions
  SET ended_at = date_trunc('milliseconds', statement_timestamp()),
    end_reason = CASE WHEN NEW.deleted_at IS NULL THEN 'key-rotated' ELSE 'operator-deleted' END
  WHERE operator_id = NEW.id AND ended_at IS NULL;
  RETURN NULL;
END
$$;

CREATE TRIGGER operator_sessions_audit AFTER INSERT OR UPDATE OR DELETE ON public.operator_sessions
  FOR EACH ROW EXECUTE FUNCTION public.audit_operator_sessions();
CREATE TRIGGER operator_sessions_audit_frozen
  AFTER UPDATE OF id, operator_id, key_id, token_hash, source_ip, user_agent, created_at, expires_at ON public.operator_sessions
  FOR EACH ROW EXECUTE FUNCTION public.audit_refuse_frozen();
CREATE TRIGGER operator_sessions_no_truncate BEFORE TRUNCATE ON public.operator_sessions
  FOR EACH STATEMENT EXECUTE FUNCTION public.audit_refuse_truncate();
-- Runs after operators_audit: the change of the operator is recorded before the ends of its sessions.
CREATE TRIGGER operators_sessions AFTER UPDATE OF key_id, deleted_at ON public.operators
  FOR EACH ROW WHEN (NEW.key_id <> OLD.key_id OR NEW.deleted_at IS DISTINCT FROM OLD.deleted_at)
  EXECUTE FUNCTION public.end_sessions();
ALTER TABLE public.operator_sessions ENABLE ALWAYS TRIGGER operator_sessions_audit;
ALTER TABLE public.operator_sessions ENABLE ALWAYS TRIGGER operator_sessions_audit_frozen;
ALTER TABLE public.operator_sessions ENABLE ALWAYS TRIGGER operator_sessions_no_truncate;
ALTER TABLE public.operators ENABLE ALWAYS TRIGGER operators_sessions;

GRANT SELECT, INSERT, UPDATE (ended_at, end_reason), DELETE ON public.operator_sessions TO coordinator_registry_app;
GRANT SELECT, INSERT, UPDATE (last_seen_at) ON public.operator_session_uses TO coordinator_registry_app;

REVOKE ALL ON FUNCTION public.audit_append, public.audit_operator_session_fields, public.audit_operator_sessions, public.authorize_session,
  public.end_sessions, public.session_idle_end FROM PUBLIC;
ALTER FUNCTION public.audit_append OWNER TO coordinator_registry_audit;
ALTER FUNCTION public.audit_operator_session_fields OWNER TO coordinator_registry_audit;
ALTER FUNCTION public.audit_operator_sessions OWNER TO coordinator_registry_audit;
GRANT EXECUTE ON FUNCTION public.authorize_session, public.session_idle_end TO coordinator_registry_app;
