-- The smallest UUIDv7 of a moment. The partitions have ids as bounds, which stand for times.
CREATE OR REPLACE FUNCTION public.audit_first_id(moment timestamptz) RETURNS uuid
LANGUAGE sql IMMUTABLE
AS $$
  SELECT pg_catalog.rpad(
    pg_catalog.lpad(pg_catalog.to_hex((extract(epoch FROM moment) * 1000)::bigint), 12, '0'), 32, '0')::uuid
$$;
