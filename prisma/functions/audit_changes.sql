-- The fields that differ, as {field: {from, to}}; null means that the field was absent. Both arguments are allow-lists.
CREATE OR REPLACE FUNCTION public.audit_changes(old_fields jsonb, new_fields jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
  SELECT coalesce(pg_catalog.jsonb_object_agg(n.key, pg_catalog.jsonb_build_object(
    'from', public.audit_value(nullif(old_fields -> n.key, 'null')), 'to', public.audit_value(nullif(n.value, 'null')))), '{}')
  FROM pg_catalog.jsonb_each(new_fields) AS n
  WHERE coalesce(old_fields -> n.key, 'null') <> n.value
$$;
