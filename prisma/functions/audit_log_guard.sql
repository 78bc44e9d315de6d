-- Trigger: refuses every change of a record (AU002) with one exception: audit_erase, which runs as the log's owner, sets the personal values and
-- their salts to null in its own transaction. If the API's login sets `audit.erasing` itself, this allows no change.
CREATE OR REPLACE FUNCTION public.audit_log_guard() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  erased public.audit_log;
BEGIN
  IF TG_OP = 'UPDATE' AND current_user = 'coordinator_registry_audit'
    AND current_setting('audit.erasing', true) = transaction_timestamp()::text
  THEN
    erased := OLD;
    erased.source_ip := NULL;
    erased.source_ip_salt := NULL;
    erased.user_agent := NULL;
    erased.user_agent_salt := NULL;
    IF NEW *= erased THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'append-only: % on %.% refused', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
    USING ERRCODE = 'AU002';
END
$$;
