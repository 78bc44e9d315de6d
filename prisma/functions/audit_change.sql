-- One field that differs, as {field: {from, to}}; null stands for what was not there.
CREATE OR REPLACE FUNCTION public.audit_change(field text, old_value jsonb, new_value jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
  SELECT pg_catalog.jsonb_build_object(field, pg_catalog.jsonb_build_object(
    'from', public.audit_value(nullif(old_value, 'null')), 'to', public.audit_value(nullif(new_value, 'null'))))
$$;
