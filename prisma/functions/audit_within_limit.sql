-- The changes of a record, with its large values as digest and size (audit_value).
CREATE OR REPLACE FUNCTION public.audit_within_limit(changes jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
  SELECT pg_catalog.jsonb_object_agg(key, pg_catalog.jsonb_build_object(
    'from', public.audit_value(value -> 'from'), 'to', public.audit_value(value -> 'to')))
  FROM pg_catalog.jsonb_each(changes)
$$;
