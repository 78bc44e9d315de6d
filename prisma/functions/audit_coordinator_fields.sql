-- The columns of a coordinator that the log records. Never the key's secret or its hash.
CREATE OR REPLACE FUNCTION public.audit_coordinator_fields(coordinator public.coordinators) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
  SELECT pg_catalog.jsonb_build_object(
    'name', coordinator.name, 'status', coordinator.status, 'permissions', coordinator.permissions,
    'rateLimitPerMinute', coordinator.rate_limit_per_minute, 'maxRunning', coordinator.max_running, 'allowedNetworks', coordinator.allowed_networks)
$$;
