-- A value as the log stores it: up to 4 KiB whole, else its digest and size.
CREATE OR REPLACE FUNCTION public.audit_value(value jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
  SELECT CASE
    WHEN value IS NULL OR pg_catalog.octet_length(value::text) <= 4096 THEN value
    ELSE pg_catalog.jsonb_build_object(
      'sha256', pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(value::text, 'UTF8')), 'hex'),
      'bytes', pg_catalog.octet_length(value::text))
  END
$$;
