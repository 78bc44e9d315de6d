-- Decides whether a coordinator's key has the right. The statement that reads or writes the data calls it, so no earlier decision counts. Returns
-- no row for an unknown kid. `refusal` is null if the key has the right, else the first reason, as a problem code. Plain SQL, so that Postgres
-- inlines it.
CREATE OR REPLACE FUNCTION public.authorize_coordinator(p_kid text, p_permission text, p_source_ip inet)
RETURNS TABLE (coordinator_id uuid, coordinator_name text, key_id uuid, rate_limit_per_minute integer, max_running integer, refusal text)
LANGUAGE sql STABLE
AS $$
  SELECT c.id, c.name, k.id, c.rate_limit_per_minute, c.max_running,
    CASE
      WHEN k.revoked_at IS NOT NULL OR c.status = 'DELETED' THEN 'key-revoked'
      WHEN k.expires_at <= pg_catalog.statement_timestamp() THEN 'key-expired'
      WHEN c.status = 'SUSPENDED' THEN 'coordinator-suspended'
      WHEN c.allowed_networks <> '{}' AND NOT coalesce(p_source_ip <<= ANY (c.allowed_networks), false)
        THEN 'network-forbidden'
      -- null: the route needs no permission
      WHEN p_permission IS NOT NULL AND NOT coalesce(p_permission = ANY (c.permissions), false) THEN 'permission-missing'
    END
  FROM public.coordinator_keys AS k
  JOIN public.coordinators AS c ON c.id = k.coordinator_id
  WHERE k.kid = p_kid
$$;
