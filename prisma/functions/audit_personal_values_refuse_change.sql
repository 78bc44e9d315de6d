-- Trigger: refuses every change but a DELETE by audit_erase in this transaction (AU002). A login without the right to delete gains nothing
-- by setting `audit.erasing` itself.
CREATE OR REPLACE FUNCTION public.audit_personal_values_refuse_change() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF TG_OP = 'DELETE' AND current_setting('audit.erasing', true) = transaction_timestamp()::text THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'append-only: % on %.% refused', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
    USING ERRCODE = 'AU002';
END
$$;
