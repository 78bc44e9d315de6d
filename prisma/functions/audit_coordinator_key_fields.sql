-- The columns of a coordinator's key that the log records. Never the secret or its hash.
CREATE OR REPLACE FUNCTION public.audit_coordinator_key_fields(key public.coordinator_keys) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
  SELECT pg_catalog.jsonb_build_object(
    'coordinatorId', key.coordinator_id, 'name', key.name, 'environment', key.environment,
    'predecessorId', key.predecessor_id, 'expiresAt', key.expires_at, 'rotatedAt', key.rotated_at,
    'revokedAt', key.revoked_at)
$$;
