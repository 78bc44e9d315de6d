-- As authorize_coordinator, for a delivery signed with a webhook's secret. `key_id` is the webhook's id, which the log records.
CREATE OR REPLACE FUNCTION public.authorize_webhook(p_webhook_id uuid, p_permission text, p_source_ip inet)
RETURNS TABLE (coordinator_id uuid, coordinator_name text, key_id uuid, rate_limit_per_minute integer, max_running integer, refusal text)
LANGUAGE sql STABLE
AS $$
  SELECT c.id, c.name, w.id, c.rate_limit_per_minute, c.max_running,
    CASE
      WHEN w.revoked_at IS NOT NULL OR c.status = 'DELETED' THEN 'key-revoked'
      WHEN w.expires_at <= pg_catalog.statement_timestamp() THEN 'key-expired'
      WHEN c.status = 'SUSPENDED' THEN 'coordinator-suspended'
      WHEN c.allowed_networks <> '{}' AND NOT coalesce(p_source_ip <<= ANY (c.allowed_networks), false)
        THEN 'network-forbidden'
      WHEN p_permission IS NOT NULL AND NOT coalesce(p_permission = ANY (c.permissions), false) THEN 'permission-missing'
    END
  FROM public.coordinator_webhooks AS w
  JOIN public.coordinators AS c ON c.id = w.coordinator_id
  WHERE w.id = p_webhook_id
$$;
