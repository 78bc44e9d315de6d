-- Two roles that nobody logs in as. Roles belong to the whole cluster, so another database may have made them already.
--   coordinator_registry_app    what the API may do; the API's login is a member of it
--   coordinator_registry_audit  owns the audit log and everything that writes it
DO $$
DECLARE
  role_name text;
BEGIN
  FOREACH role_name IN ARRAY ARRAY['coordinator_registry_app', 'coordinator_registry_audit'] LOOP
    BEGIN
      EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
    EXCEPTION
      -- unique_violation: two databases of one cluster are being migrated at once
      WHEN duplicate_object OR unique_violation THEN NULL;
    END;

    -- An owner who is no superuser must be able to hand objects over to these roles.
    IF NOT pg_has_role(current_user, role_name, 'USAGE') THEN
      EXECUTE format('GRANT %I TO CURRENT_USER', role_name);
    END IF;
  END LOOP;
END
$$;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO coordinator_registry_app;
GRANT USAGE, CREATE ON SCHEMA public TO coordinator_registry_audit;

-- A temporary table could shadow a real one, and a temporary trigger could borrow a function.
DO $$
BEGIN
  EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
END
$$;

-- UUID version 7 (RFC 9562, section 5.7): 48 bits of Unix milliseconds, then random. Built in from PostgreSQL 18 only.
CREATE FUNCTION public.uuid_v7() RETURNS uuid
LANGUAGE sql VOLATILE PARALLEL SAFE
AS $$
  SELECT pg_catalog.encode(
    pg_catalog.set_bit(
      pg_catalog.set_bit(
        pg_catalog.overlay(
          pg_catalog.uuid_send(pg_catalog.gen_random_uuid()),
          pg_catalog.substring(pg_catalog.int8send((extract(epoch FROM pg_catalog.clock_timestamp()) * 1000)::bigint), 3),
          1, 6),
        52, 1),
      53, 1),
    'hex')::uuid
$$;
