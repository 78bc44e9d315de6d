-- Two roles without a login. Roles belong to the whole cluster, so another database may have made them already.
--   coordinator_registry_app    what the API may do; the API's login is a member of it
--   coordinator_registry_audit  owns the audit log and everything that writes it
DO $$
DECLARE
  role_name text;
BEGIN
  FOREACH role_name IN ARRAY ARRAY['coordinator_registry_app', 'coordinator_registry_audit'] LOOP
    -- If an administrator has made the roles, the owner needs no CREATEROLE.
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
      EXCEPTION
        -- another database of the cluster is migrated at the same time
        WHEN duplicate_object OR unique_violation THEN NULL;
      END;
    END IF;

    -- An owner who is no superuser must be able to give objects to these roles.
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
  -- Without the right to revoke, Postgres only warns, and the right would remain. So this raises an error.
  IF has_database_privilege('coordinator_registry_app', current_database(), 'TEMPORARY, CREATE')
    OR has_schema_privilege('coordinator_registry_app', 'public', 'CREATE')
  THEN
    RAISE EXCEPTION 'coordinator_registry_app could make objects of its own in database %', current_database()
      USING HINT = 'Migrate as the owner of the database.';
  END IF;

  -- A login that cannot migrate still checks whether the schema is current.
  IF to_regclass('public._prisma_migrations') IS NOT NULL THEN
    GRANT SELECT ON public._prisma_migrations TO coordinator_registry_app;
  END IF;
END
$$;

-- UUID version 7 (RFC 9562, section 5.7; built in from PostgreSQL 18 only): 48 bits of Unix milliseconds, the version, then 12
-- bits of the fraction of that millisecond (section 6.2, method 3), so that ids of one millisecond sort in the order in which they
-- were made; variant and the other 62 bits come from a random UUID. 512/125 is 4096/1000: microseconds to 1/4096 milliseconds.
CREATE FUNCTION public.uuid_v7(moment timestamptz DEFAULT clock_timestamp()) RETURNS uuid
LANGUAGE sql VOLATILE PARALLEL SAFE
AS $$
  SELECT (pg_catalog.overlay(
      pg_catalog.lpad(pg_catalog.to_hex((extract(epoch FROM moment) * 1000000)::bigint * 512 / 125), 15, '0'),
      '7', 13, 0)
    || pg_catalog.substr(pg_catalog.gen_random_uuid()::text, 20))::uuid
$$;
