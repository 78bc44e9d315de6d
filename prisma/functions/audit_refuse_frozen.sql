-- Trigger: refuses updates of columns that keep their first value (AU002). The trigger names them: AFTER UPDATE OF ….
CREATE OR REPLACE FUNCTION public.audit_refuse_frozen() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION 'update of a column of % that never changes: refused', TG_TABLE_NAME USING ERRCODE = 'AU002';
END
$$;
