-- The columns of a webhook that the log records.
CREATE OR REPLACE FUNCTION public.audit_coordinator_webhook_fields(webhook public.coordinator_webhooks) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
  SELECT pg_catalog.jsonb_build_object(
    'coordinatorId', webhook.coordinator_id, 'name', webhook.name, 'predecessorId', webhook.predecessor_id,
    'expiresAt', webhook.expires_at, 'rotatedAt', webhook.rotated_at, 'revokedAt', webhook.revoked_at)
$$;
