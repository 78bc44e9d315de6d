CREATE FUNCTION public.audit_workspaces() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF TG_RELID <> 'public.workspaces'::regclass THEN
    RAISE EXCEPTION 'audit_workspaces serves public.workspaces alone' USING ERRCODE = 'AU002';
  END IF;
  IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND NEW.id <> OLD.id) THEN
    RAISE EXCEPTION 'workspaces are never deleted and keep their id' USING ERRCODE = 'AU002';
  END IF;

  PERFORM public.audit_append(
    CASE TG_OP WHEN 'INSERT' THEN 'workspace.created' ELSE 'workspace.updated' END, NEW.id, 'workspace', NEW.id, NULL,
    public.audit_changes(
      CASE TG_OP WHEN 'INSERT' THEN '{}' ELSE jsonb_build_object('slug', OLD.slug, 'name', OLD.name) END,
      jsonb_build_object('slug', NEW.slug, 'name', NEW.name)));
  RETURN NULL;
END
$$;

CREATE FUNCTION public.audit_workspace_repositories() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF TG_RELID <> 'public.workspace_repositories'::regclass THEN
    RAISE EXCEPTION 'audit_workspace_repositories serves public.workspace_repositories alone' USING ERRCODE = 'AU002';
  END IF;
  -- a repository that moves is taken from one workspace and given to the other: both tenants see it
  IF TG_OP <> 'INSERT' THEN
    PERFORM public.audit_append('workspace.updated', OLD.workspace_id, 'workspace', OLD.workspace_id, NULL,
      jsonb_build_object('repositories', jsonb_build_object('from', OLD.repository, 'to', NULL)));
  END IF;
  IF TG_OP <> 'DELETE' THEN
    PERFORM public.audit_append('workspace.updated', NEW.workspace_id, 'workspace', NEW.workspace_id, NULL,
      jsonb_build_object('repositories', jsonb_build_object('from', NULL, 'to', NEW.repository)));
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION public.audit_operator_fields(operator public.operators) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
  SELECT pg_catalog.jsonb_build_object(
    'name', operator.name, 'role', operator.role, 'workspaceIds', operator.workspace_ids, 'keyId', operator.key_id,
    'deletedAt', operator.deleted_at)
$$;

CREATE FUNCTION public.audit_operators() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET timezone = 'UTC'
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF TG_RELID <> 'public.operators'::regclass THEN
    RAISE EXCEPTION 'audit_operators serves public.operators alone' USING ERRCODE = 'AU002';
  END IF;
  IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND (NEW.id <> OLD.id OR OLD.deleted_at IS NOT NULL)) THEN
    RAISE EXCEPTION 'operators keep their id and row, and a deleted one stays deleted' USING ERRCODE = 'AU002';
  END IF;

  PERFORM public.audit_append(
    CASE
      WHEN TG_OP = 'INSERT' THEN 'operator.created'
      WHEN NEW.deleted_at IS NOT NULL THEN 'operator.deleted'
      WHEN NEW.key_id <> OLD.key_id OR NEW.kid <> OLD.kid OR NEW.secret_hash <> OLD.secret_hash THEN 'operator.rotated'
      ELSE 'operator.updated'
    END,
    NULL, 'operator', NEW.id, NULL,
    public.audit_changes(
      CASE TG_OP WHEN 'INSERT' THEN '{}' ELSE public.audit_operator_fields(OLD) END, public.audit_operator_fields(NEW)));
  RETURN NULL;
END
$$;

CREATE FUNCTION public.audit_coordinator_fields(coordinator public.coordinators) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
  SELECT pg_catalog.jsonb_build_object(
    'name', coordinator.name, 'status', coordinator.status, 'permissions', coordinator.permissions,
    'rateLimitPerMinute', coordinator.rate_limit_per_minute, 'allowedNetworks', coordinator.allowed_networks)
$$;

CREATE FUNCTION public.audit_coordinators() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF TG_RELID <> 'public.coordinators'::regclass THEN
    RAISE EXCEPTION 'audit_coordinators serves public.coordinators alone' USING ERRCODE = 'AU002';
  END IF;
  IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND (NEW.id <> OLD.id OR OLD.status = 'DELETED')) THEN
    RAISE EXCEPTION 'coordinators keep their id and row, and a deleted one stays deleted' USING ERRCODE = 'AU002';
  END IF;

  PERFORM public.audit_append(
    CASE
      WHEN TG_OP = 'INSERT' THEN 'coordinator.registered'
      WHEN NEW.status = OLD.status THEN 'coordinator.updated'
      WHEN NEW.status = 'DELETED' THEN 'coordinator.deleted'
      WHEN NEW.status = 'SUSPENDED' THEN 'coordinator.suspended'
      ELSE 'coordinator.activated'
    END,
    NULL, 'coordinator', NEW.id, NULL,
    public.audit_changes(
      CASE TG_OP WHEN 'INSERT' THEN '{}' ELSE public.audit_coordinator_fields(OLD) END,
      public.audit_coordinator_fields(NEW)));
  RETURN NULL;
END
$$;

CREATE FUNCTION public.audit_coordinator_workspaces() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF TG_RELID <> 'public.coordinator_workspaces'::regclass THEN
    RAISE EXCEPTION 'audit_coordinator_workspaces serves public.coordinator_workspaces alone' USING ERRCODE = 'AU002';
  END IF;
  IF TG_OP <> 'INSERT' THEN
    PERFORM public.audit_append('coordinator.updated', OLD.workspace_id, 'coordinator', OLD.coordinator_id, NULL,
      jsonb_build_object('workspaceIds', jsonb_build_object('from', OLD.workspace_id, 'to', NULL)));
  END IF;
  IF TG_OP <> 'DELETE' THEN
    PERFORM public.audit_append('coordinator.updated', NEW.workspace_id, 'coordinator', NEW.coordinator_id, NULL,
      jsonb_build_object('workspaceIds', jsonb_build_object('from', NULL, 'to', NEW.workspace_id)));
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION public.audit_coordinator_key_fields(key public.coordinator_keys) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
  SELECT pg_catalog.jsonb_build_object(
    'coordinatorId', key.coordinator_id, 'name', key.name, 'environment', key.environment,
    'predecessorId', key.predecessor_id, 'expiresAt', key.expires_at, 'rotatedAt', key.rotated_at,
    'revokedAt', key.revoked_at)
$$;

CREATE FUNCTION public.audit_coordinator_keys() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET timezone = 'UTC'
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF TG_RELID <> 'public.coordinator_keys'::regclass THEN
    RAISE EXCEPTION 'audit_coordinator_keys serves public.coordinator_keys alone' USING ERRCODE = 'AU002';
  END IF;
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'coordinator keys are revoked, never deleted' USING ERRCODE = 'AU002';
  END IF;
  IF TG_OP = 'UPDATE' AND (
    (NEW.id, NEW.coordinator_id, NEW.kid, NEW.secret_hash, NEW.environment, NEW.created_at)
      <> (OLD.id, OLD.coordinator_id, OLD.kid, OLD.secret_hash, OLD.environment, OLD.created_at)
    OR NEW.name IS DISTINCT FROM OLD.name OR NEW.predecessor_id IS DISTINCT FROM OLD.predecessor_id
    OR OLD.revoked_at IS NOT NULL OR NEW.expires_at > OLD.expires_at OR (NEW.expires_at IS NULL AND OLD.expires_at IS NOT NULL)
    OR (NEW.revoked_at IS NULL AND NEW.rotated_at IS NULL))
  THEN
    RAISE EXCEPTION 'a coordinator key is rotated or revoked: it keeps its secret, never lives longer than was said, and stays revoked'
      USING ERRCODE = 'AU002';
  END IF;

  PERFORM public.audit_append(
    CASE
      WHEN TG_OP = 'INSERT' THEN 'coordinator-key.issued'
      WHEN NEW.revoked_at IS NOT NULL THEN 'coordinator-key.revoked'
      ELSE 'coordinator-key.rotated'
    END,
    NULL, 'coordinator-key', NEW.id, NULL,
    public.audit_changes(
      CASE TG_OP WHEN 'INSERT' THEN '{}' ELSE public.audit_coordinator_key_fields(OLD) END,
      public.audit_coordinator_key_fields(NEW)));
  RETURN NULL;
END
$$;
