-- Trigger: refuses TRUNCATE, which would leave no record (AU002).
CREATE OR REPLACE FUNCTION public.audit_refuse_truncate() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION 'TRUNCATE of % would leave no record: refused', TG_TABLE_NAME USING ERRCODE = 'AU002';
END
$$;
