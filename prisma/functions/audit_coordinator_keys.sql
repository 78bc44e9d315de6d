-- Trigger: records each change of a coordinator's key, and refuses changes that are not allowed for keys (AU002).
CREATE OR REPLACE FUNCTION public.audit_coordinator_keys() RETURNS trigger
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
    OLD.revoked_at IS NOT NULL OR NEW.expires_at > OLD.expires_at OR (NEW.expires_at IS NULL AND OLD.expires_at IS NOT NULL)
    OR (NEW.revoked_at IS NULL AND NEW.rotated_at IS NULL))
  THEN
    RAISE EXCEPTION 'a coordinator key is rotated or revoked: it never lives longer than was said, and stays revoked'
      USING ERRCODE = 'AU002';
  END IF;

  PERFORM public.audit_append(
    CASE
      WHEN TG_OP = 'INSERT' THEN 'coordinator-key.issued'
      WHEN NEW.revoked_at IS NOT NULL THEN 'coordinator-key.revoked'
      ELSE 'coordinator-key.rotated'
    END,
    NULL, 'coordinator-key', NEW.id,
    public.audit_changes(
      CASE TG_OP WHEN 'INSERT' THEN '{}' ELSE public.audit_coordinator_key_fields(OLD) END,
      public.audit_coordinator_key_fields(NEW)));
  RETURN NULL;
END
$$;
