-- Trigger: records each change of a webhook, and refuses changes that are not allowed for webhooks (AU002).
CREATE OR REPLACE FUNCTION public.audit_coordinator_webhooks() RETURNS trigger
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
    OLD.revoked_at IS NOT NULL OR NEW.expires_at > OLD.expires_at OR (NEW.expires_at IS NULL AND OLD.expires_at IS NOT NULL)
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
    NULL, 'webhook', NEW.id,
    public.audit_changes(
      CASE TG_OP WHEN 'INSERT' THEN '{}' ELSE public.audit_coordinator_webhook_fields(OLD) END,
      public.audit_coordinator_webhook_fields(NEW)));
  RETURN NULL;
END
$$;
