-- What may leave the log, and how: months that are over by retention, personal values by erasure. Either writes a record of it
-- in the same transaction, and the leaves stay, so that the log still verifies, and what was taken otherwise does not look alike.

-- How long records are kept. Who migrates sets it; the API, which drops, cannot choose what.
CREATE TABLE public.audit_retention (
  only_row boolean NOT NULL DEFAULT true,
  months   integer NOT NULL,
  CONSTRAINT audit_retention_pkey PRIMARY KEY (only_row),
  CONSTRAINT audit_retention_only_row CHECK (only_row),
  CONSTRAINT audit_retention_months_range CHECK (months BETWEEN 1 AND 1200)
);
GRANT SELECT ON public.audit_retention TO coordinator_registry_app, coordinator_registry_audit;

-- Drops the oldest month that is over, if all of it is sealed; answers its name, or null where there is none. One month for each
-- call, and a short wait for its lock: while it waits, every writer waits behind it. AU004 where the month is not wholly sealed,
-- or lacks records that were.
CREATE FUNCTION public.audit_retain() RETURNS text
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
SET datestyle = 'ISO'
SET lock_timeout = '200ms'
AS $$
DECLARE
  kept_from timestamptz := (
    SELECT date_trunc('month', now()) - make_interval(months => retention.months) FROM public.audit_retention AS retention);
  suffix text;
  month timestamptz;
  records bigint;
  leaves bigint;
  unsealed bigint;
BEGIN
  IF kept_from IS NULL THEN
    RETURN NULL;
  END IF;
  -- one at a time; the key is this function's alone
  PERFORM pg_advisory_xact_lock(hashtextextended('coordinator-registry/audit_retain', 0));
  SELECT substring(child.relname FROM '^audit_log(_\d{4}_\d{2})$') INTO suffix
  FROM pg_inherits AS partition JOIN pg_class AS child ON child.oid = partition.inhrelid
  WHERE partition.inhparent = 'public.audit_log'::regclass AND child.relname < 'audit_log_' || to_char(kept_from, 'YYYY_MM')
  ORDER BY child.relname
  LIMIT 1;
  IF suffix IS NULL THEN
    RETURN NULL;
  END IF;
  month := to_timestamp(suffix, '_YYYY_MM');

  EXECUTE format('
    SELECT count(*), count(*) FILTER (WHERE leaf.record_id IS NULL)
    FROM public.%I AS record LEFT JOIN public.audit_leaves AS leaf ON leaf.record_id = record.id', 'audit_log' || suffix)
  INTO records, unsealed;
  SELECT count(*) INTO leaves FROM public.audit_leaves
  WHERE record_id >= public.audit_first_id(month) AND record_id < public.audit_first_id(month + interval '1 month');
  IF unsealed > 0 OR leaves <> records THEN
    RAISE EXCEPTION 'the records of % stay: % are there, % of them not sealed, and % were sealed',
      to_char(month, 'YYYY-MM'), records, unsealed, leaves USING ERRCODE = 'AU004';
  END IF;

  -- The record first: it takes no lock that anybody waits for.
  PERFORM public.audit_write(
    'SYSTEM', NULL, 'retention', NULL, 'audit.retained', 'SUCCESS', NULL, NULL, 'audit-log', NULL, NULL,
    jsonb_build_object(
      'month', jsonb_build_object('from', NULL, 'to', to_char(month, 'YYYY-MM')),
      'records', jsonb_build_object('from', records, 'to', 0)),
    NULL, NULL, NULL, 1);
  EXECUTE format('ALTER TABLE public.audit_personal_values DETACH PARTITION public.%I', 'audit_personal_values' || suffix);
  EXECUTE format('ALTER TABLE public.audit_log DETACH PARTITION public.%I', 'audit_log' || suffix);
  EXECUTE format('DROP TABLE public.%I, public.%I', 'audit_personal_values' || suffix, 'audit_log' || suffix);
  RETURN to_char(month, 'YYYY-MM');
END
$$;

-- Deletes source addresses and user agents of one actor, with their salts, in the context of an ADMIN, and answers of how many
-- records; null where there is no such actor.
CREATE FUNCTION public.audit_erase(p_actor_id uuid) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  context jsonb := nullif(current_setting('audit.context', true), '')::jsonb;
  actor_kind text := CASE
    WHEN EXISTS (SELECT FROM public.coordinators WHERE id = p_actor_id) THEN 'coordinator'
    WHEN EXISTS (SELECT FROM public.operators WHERE id = p_actor_id) THEN 'operator'
  END;
  erased bigint;
BEGIN
  IF NOT EXISTS (
    SELECT FROM public.operators
    WHERE id = (context ->> 'actorId')::uuid AND context ->> 'actorType' = 'OPERATOR' AND role = 'ADMIN' AND deleted_at IS NULL)
  THEN
    RAISE EXCEPTION 'only an ADMIN erases personal values' USING ERRCODE = 'AU002';
  END IF;
  IF actor_kind IS NULL THEN
    RETURN NULL;
  END IF;

  -- The deletion first: whatever it sees was written by a transaction of a lower number than this one gets by deleting, and so has
  -- its leaf before that of the record which tells of it.
  PERFORM set_config('audit.erasing', transaction_timestamp()::text, true);
  DELETE FROM public.audit_personal_values AS personal
  USING public.audit_log AS record
  WHERE record.actor_id = p_actor_id AND personal.record_id = record.id;
  GET DIAGNOSTICS erased = ROW_COUNT;
  PERFORM set_config('audit.erasing', '', true);

  PERFORM public.audit_append('audit.erased', NULL, actor_kind, p_actor_id, NULL,
    jsonb_build_object('personalValues', jsonb_build_object('from', erased, 'to', 0)));
  RETURN erased;
END
$$;

GRANT SELECT (id) ON public.coordinators TO coordinator_registry_audit;
GRANT SELECT (id, role, deleted_at) ON public.operators TO coordinator_registry_audit;
ALTER FUNCTION public.audit_retain() OWNER TO coordinator_registry_audit;
ALTER FUNCTION public.audit_erase(uuid) OWNER TO coordinator_registry_audit;
REVOKE ALL ON FUNCTION public.audit_retain(), public.audit_erase(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.audit_retain(), public.audit_erase(uuid) TO coordinator_registry_app;
