-- The endpoint of one forge, which signs its deliveries. Its secret is derived from the id and WEBHOOK_SECRET_KEY and stored nowhere.
CREATE TABLE public.coordinator_webhooks (
  id             uuid           NOT NULL DEFAULT public.uuid_v7(),
  coordinator_id uuid           NOT NULL,
  name           text,
  -- the webhook that this one replaced
  predecessor_id uuid,
  created_at     timestamptz(3) NOT NULL DEFAULT now(),
  -- the end of a rotated webhook's overlap
  expires_at     timestamptz(3),
  rotated_at     timestamptz(3),
  revoked_at     timestamptz(3),
  CONSTRAINT coordinator_webhooks_pkey PRIMARY KEY (id),
  CONSTRAINT coordinator_webhooks_coordinator_id_fkey
    FOREIGN KEY (coordinator_id) REFERENCES public.coordinators (id) ON DELETE RESTRICT ON UPDATE RESTRICT,
  CONSTRAINT coordinator_webhooks_predecessor_id_fkey
    FOREIGN KEY (predecessor_id) REFERENCES public.coordinator_webhooks (id) ON DELETE RESTRICT ON UPDATE RESTRICT
);
CREATE INDEX coordinator_webhooks_coordinator_id_idx ON public.coordinator_webhooks (coordinator_id, id);
GRANT SELECT, INSERT, UPDATE (expires_at, rotated_at, revoked_at) ON public.coordinator_webhooks TO coordinator_registry_app;

-- As authorize_coordinator, for a delivery that a webhook's secret has signed. `key_id` is the webhook's id: the log names by it what was used.
CREATE FUNCTION public.authorize_webhook(p_webhook_id uuid, p_permission text, p_source_ip inet)
RETURNS TABLE (coordinator_id uuid, coordinator_name text, key_id uuid, rate_limit_per_minute integer, refusal text)
LANGUAGE sql STABLE
AS $$
  SELECT c.id, c.name, w.id, c.rate_limit_per_minute,
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
REVOKE ALL ON FUNCTION public.authorize_webhook(uuid, text, inet) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.authorize_webhook(uuid, text, inet) TO coordinator_registry_app;

CREATE FUNCTION public.audit_coordinator_webhook_fields(webhook public.coordinator_webhooks) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
  SELECT pg_catalog.jsonb_build_object(
    'coordinatorId', webhook.coordinator_id, 'name', webhook.name, 'predecessorId', webhook.predecessor_id,
    'expiresAt', webhook.expires_at, 'rotatedAt', webhook.rotated_at, 'revokedAt', webhook.revoked_at)
$$;

CREATE FUNCTION public.audit_coordinator_webhooks() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET timezone = 'UTC'
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF TG_RELID <> 'public.coordinator_webhooks'::regclass THEN
    RAISE EXCEPTION 'audit_coordinator_webhooks serves public.coordinator_webhooks alone' USING ERRCODE = 'AU002';
  END IF;
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'webhooks are revoked, never deleted' USING ERRCODE = 'AU002';
  END IF;
  IF TG_OP = 'UPDATE' AND (
    (NEW.id, NEW.coordinator_id, NEW.created_at) <> (OLD.id, OLD.coordinator_id, OLD.created_at)
    OR NEW.name IS DISTINCT FROM OLD.name OR NEW.predecessor_id IS DISTINCT FROM OLD.predecessor_id
    OR OLD.revoked_at IS NOT NULL OR NEW.expires_at > OLD.expires_at OR (NEW.expires_at IS NULL AND OLD.expires_at IS NOT NULL)
    OR (NEW.revoked_at IS NULL AND NEW.rotated_at IS NULL))
  THEN
    RAISE EXCEPTION 'a webhook is rotated or revoked: its end never moves back, and a revoked one stays revoked'
      USING ERRCODE = 'AU002';
  END IF;

  PERFORM public.audit_append(
    CASE
      WHEN TG_OP = 'INSERT' THEN 'webhook.created'
      WHEN NEW.revoked_at IS NOT NULL THEN 'webhook.deleted'
      ELSE 'webhook.rotated'
    END,
    NULL, 'webhook', NEW.id, NULL,
    public.audit_changes(
      CASE TG_OP WHEN 'INSERT' THEN '{}' ELSE public.audit_coordinator_webhook_fields(OLD) END,
      public.audit_coordinator_webhook_fields(NEW)));
  RETURN NULL;
END
$$;

REVOKE ALL ON FUNCTION
  public.audit_coordinator_webhook_fields(public.coordinator_webhooks), public.audit_coordinator_webhooks() FROM PUBLIC;
ALTER FUNCTION public.audit_coordinator_webhook_fields(public.coordinator_webhooks) OWNER TO coordinator_registry_audit;
ALTER FUNCTION public.audit_coordinator_webhooks() OWNER TO coordinator_registry_audit;

CREATE TRIGGER coordinator_webhooks_audit AFTER INSERT OR UPDATE OR DELETE ON public.coordinator_webhooks
  FOR EACH ROW EXECUTE FUNCTION public.audit_coordinator_webhooks();
ALTER TABLE public.coordinator_webhooks ENABLE ALWAYS TRIGGER coordinator_webhooks_audit;
CREATE TRIGGER coordinator_webhooks_no_truncate BEFORE TRUNCATE ON public.coordinator_webhooks
  FOR EACH STATEMENT EXECUTE FUNCTION public.audit_refuse_truncate();
ALTER TABLE public.coordinator_webhooks ENABLE ALWAYS TRIGGER coordinator_webhooks_no_truncate;
