-- Rights are decided here, in the very statement that reads or writes the data; nothing remembered elsewhere counts.
-- Both functions are plain SQL and inlined into the statement that calls them. They answer one row for a known kid and none
-- for an unknown one; `refusal` is null when the caller may, else the first reason why not, as a problem code.

CREATE FUNCTION public.authorize_coordinator(p_kid text, p_permission text, p_source_ip inet)
RETURNS TABLE (coordinator_id uuid, coordinator_name text, key_id uuid, rate_limit_per_minute integer, refusal text)
LANGUAGE sql STABLE
AS $$
  SELECT c.id, c.name, k.id, c.rate_limit_per_minute,
    CASE
      WHEN k.revoked_at IS NOT NULL OR c.status = 'DELETED' THEN 'key-revoked'
      WHEN k.expires_at <= pg_catalog.statement_timestamp() THEN 'key-expired'
      WHEN c.status = 'SUSPENDED' THEN 'coordinator-suspended'
      WHEN c.allowed_networks <> '{}' AND NOT coalesce(p_source_ip <<= ANY (c.allowed_networks), false)
        THEN 'network-forbidden'
      -- null: the route asks for good standing only
      WHEN p_permission IS NOT NULL AND NOT coalesce(p_permission = ANY (c.permissions), false) THEN 'permission-missing'
    END
  FROM public.coordinator_keys AS k
  JOIN public.coordinators AS c ON c.id = k.coordinator_id
  WHERE k.kid = p_kid
$$;

CREATE FUNCTION public.authorize_operator(p_kid text, p_permission text)
RETURNS TABLE (operator_id uuid, operator_name text, key_id uuid, role public.operator_role, workspace_ids uuid[], refusal text)
LANGUAGE sql STABLE
AS $$
  SELECT o.id, o.name, o.key_id, o.role, o.workspace_ids,
    CASE
      WHEN o.deleted_at IS NOT NULL THEN 'key-revoked'
      WHEN NOT coalesce(CASE o.role
        WHEN 'ADMIN' THEN p_permission IN ('system:admin', 'audit:read', 'operator-jobs:read')
        WHEN 'OPERATOR' THEN p_permission IN ('audit:read', 'operator-jobs:read')
        ELSE false
      END, false) THEN 'permission-missing'
    END
  FROM public.operators AS o
  WHERE o.kid = p_kid
$$;

REVOKE ALL ON FUNCTION public.authorize_coordinator(text, text, inet), public.authorize_operator(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.authorize_coordinator(text, text, inet), public.authorize_operator(text, text)
  TO coordinator_registry_app;
GRANT EXECUTE ON FUNCTION public.uuid_v7(timestamptz) TO coordinator_registry_app;

-- A login that may not migrate must still be able to tell whether the schema is current. Prisma's engine makes this table
-- before the first migration; whoever runs these files by hand has none.
DO $$
BEGIN
  IF to_regclass('public._prisma_migrations') IS NOT NULL THEN
    GRANT SELECT ON public._prisma_migrations TO coordinator_registry_app;
  END IF;
END
$$;
