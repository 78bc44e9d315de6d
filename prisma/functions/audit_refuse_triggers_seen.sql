-- Trigger: `triggers_seen` changes only when a run begins (AU002).
CREATE OR REPLACE FUNCTION public.audit_refuse_triggers_seen() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION 'the triggers that a run knows are set when it begins: job % refused', OLD.id USING ERRCODE = 'AU002';
END
$$;
