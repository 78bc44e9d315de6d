-- UUID version 7 (RFC 9562, section 5.7; built in from PostgreSQL 18 only): 48 bits of Unix milliseconds, the version, then 12
-- bits of the fraction of that millisecond (section 6.2, method 3), so that ids of one millisecond sort in the order in which they
-- were made; variant and the other 62 bits come from a random UUID. 512/125 is 4096/1000: microseconds to 1/4096 milliseconds.
CREATE OR REPLACE FUNCTION public.uuid_v7(moment timestamptz DEFAULT clock_timestamp()) RETURNS uuid
LANGUAGE sql VOLATILE PARALLEL SAFE
AS $$
  SELECT (pg_catalog.overlay(
      pg_catalog.lpad(pg_catalog.to_hex((extract(epoch FROM moment) * 1000000)::bigint * 512 / 125), 15, '0'),
      '7', 13, 0)
    || pg_catalog.substr(pg_catalog.gen_random_uuid()::text, 20))::uuid
$$;
