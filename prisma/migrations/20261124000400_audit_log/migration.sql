CREATE TYPE public.audit_actor_type AS ENUM ('COORDINATOR', 'OPERATOR', 'SYSTEM', 'ANONYMOUS');
CREATE TYPE public.audit_outcome AS ENUM ('SUCCESS', 'DENIED');

CREATE TABLE public.audit_log (
  -- Made of one reading of the clock: `occurred_at` is the millisecond in the id, so a record is found by its id alone.
  -- Milliseconds, because a keyset page on microseconds would skip rows in a client that keeps milliseconds.
  id            uuid                    NOT NULL,
  occurred_at   timestamptz(3)          NOT NULL,
  actor_type    public.audit_actor_type NOT NULL,
  actor_id      uuid,
  actor_name    text,
  key_id        uuid,
  action        text                    NOT NULL,
  outcome       public.audit_outcome    NOT NULL,
  reason        text,
  workspace_id  uuid,
  resource_type text,
  resource_id   uuid,
  rev           integer,
  changes       jsonb                   NOT NULL DEFAULT '{}',
  request_id    text,
  -- what the log keeps of two personal values: SHA-256(salt || value); see audit_personal_values
  source_ip_commitment  bytea,
  user_agent_commitment bytea,
  -- how many refusals of one kind this record stands for
  occurrences   integer                 NOT NULL DEFAULT 1,
  -- the transaction that wrote it, for sealing by snapshot delta
  xid           xid8                    NOT NULL DEFAULT pg_current_xact_id(),
  CONSTRAINT audit_log_pkey PRIMARY KEY (id, occurred_at),
  CONSTRAINT audit_log_actor_known CHECK ((actor_type IN ('COORDINATOR', 'OPERATOR')) = (actor_id IS NOT NULL)),
  CONSTRAINT audit_log_denied_for_a_reason CHECK (outcome = 'SUCCESS' OR reason IS NOT NULL),
  CONSTRAINT audit_log_occurrences_range CHECK (occurrences >= 1)
) PARTITION BY RANGE (occurred_at);

-- Each filter, and each pair that operators use most, reads its own index backwards: no sort, and a page costs the same
-- however long the log is.
--
-- The index by time alone is for the log without a filter, and for whoever says `occurrences >= 1`, which is true of every
-- record. Were it open to all, the planner would take it for a filter too, trusting that what fits lies evenly spread, and read
-- the whole log for an actor who was last seen a year ago. For the same reason the primary key begins with the id.
CREATE INDEX audit_log_time_idx ON public.audit_log (occurred_at, id) WHERE occurrences >= 1;
CREATE INDEX audit_log_workspace_idx ON public.audit_log (workspace_id, occurred_at, id) WHERE workspace_id IS NOT NULL;
CREATE INDEX audit_log_actor_idx ON public.audit_log (actor_id, occurred_at, id) WHERE actor_id IS NOT NULL;
CREATE INDEX audit_log_key_idx ON public.audit_log (key_id, occurred_at, id) WHERE key_id IS NOT NULL;
CREATE INDEX audit_log_resource_idx ON public.audit_log (resource_id, occurred_at, id) WHERE resource_id IS NOT NULL;
CREATE INDEX audit_log_request_idx ON public.audit_log (request_id, occurred_at, id) WHERE request_id IS NOT NULL;
CREATE INDEX audit_log_action_idx ON public.audit_log (action, occurred_at, id);
CREATE INDEX audit_log_outcome_idx ON public.audit_log (outcome, occurred_at, id);
CREATE INDEX audit_log_workspace_actor_idx ON public.audit_log (workspace_id, actor_id, occurred_at, id)
  WHERE workspace_id IS NOT NULL AND actor_id IS NOT NULL;
CREATE INDEX audit_log_workspace_action_idx ON public.audit_log (workspace_id, action, occurred_at, id)
  WHERE workspace_id IS NOT NULL;
CREATE INDEX audit_log_actor_action_idx ON public.audit_log (actor_id, action, occurred_at, id)
  WHERE actor_id IS NOT NULL;

-- Where somebody came from, and with what: personal data, which must be erasable although the log is not. They stand here, each
-- with a random salt, and the log has only a commitment to each. One row for both values: it is written with every record of a
-- request, and erased with both.
CREATE TABLE public.audit_personal_values (
  -- of the log; no foreign key, which would cost each record a look-up, and partitions of both leave together
  record_id       uuid NOT NULL,
  source_ip       inet,
  source_ip_salt  bytea,
  user_agent      text,
  user_agent_salt bytea,
  CONSTRAINT audit_personal_values_pkey PRIMARY KEY (record_id),
  CONSTRAINT audit_personal_values_salted CHECK (
    (source_ip IS NULL) = (source_ip_salt IS NULL) AND (user_agent IS NULL) = (user_agent_salt IS NULL))
) PARTITION BY RANGE (record_id);

CREATE FUNCTION public.audit_log_refuse_change() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION 'append-only: % on %.% refused', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
    USING ERRCODE = 'AU002';
END
$$;

-- ALWAYS: also for a session that has set session_replication_role to skip ordinary triggers.
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE ON public.audit_log
  FOR EACH ROW EXECUTE FUNCTION public.audit_log_refuse_change();
ALTER TABLE public.audit_log ENABLE ALWAYS TRIGGER audit_log_append_only;
CREATE TRIGGER audit_log_no_truncate BEFORE TRUNCATE ON public.audit_log
  FOR EACH STATEMENT EXECUTE FUNCTION public.audit_log_refuse_change();
ALTER TABLE public.audit_log ENABLE ALWAYS TRIGGER audit_log_no_truncate;

-- Of these rows alone some go: those that audit_erase names in this very transaction. Who cannot delete at all gains nothing by
-- setting the name himself.
CREATE FUNCTION public.audit_personal_values_refuse_change() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF TG_OP = 'DELETE' AND current_setting('audit.erasing', true) = transaction_timestamp()::text THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'append-only: % on %.% refused', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
    USING ERRCODE = 'AU002';
END
$$;

CREATE TRIGGER audit_personal_values_unchanged BEFORE UPDATE OR DELETE ON public.audit_personal_values
  FOR EACH ROW EXECUTE FUNCTION public.audit_personal_values_refuse_change();
ALTER TABLE public.audit_personal_values ENABLE ALWAYS TRIGGER audit_personal_values_unchanged;
CREATE TRIGGER audit_personal_values_no_truncate BEFORE TRUNCATE ON public.audit_personal_values
  FOR EACH STATEMENT EXECUTE FUNCTION public.audit_log_refuse_change();
ALTER TABLE public.audit_personal_values ENABLE ALWAYS TRIGGER audit_personal_values_no_truncate;

-- The smallest UUIDv7 of a moment: partitions by id have bounds in time.
CREATE FUNCTION public.audit_first_id(moment timestamptz) RETURNS uuid
LANGUAGE sql IMMUTABLE
AS $$
  SELECT pg_catalog.rpad(
    pg_catalog.lpad(pg_catalog.to_hex((extract(epoch FROM moment) * 1000)::bigint), 12, '0'), 32, '0')::uuid
$$;

-- Makes one partition, where it is missing; returns whether it did.
-- LIKE, guards, then ATTACH: PARTITION OF would block every writer while it waits. Row guards of the parent come with
-- ATTACH; the one against TRUNCATE does not, so each partition gets its own.
CREATE FUNCTION public.audit_ensure_partition(parent text, suffix text, guard text, lower_bound text, upper_bound text)
RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  partition text := parent || suffix;
BEGIN
  -- Attached, not merely there: a stray table of that name must fail loudly, not leave the month without a partition.
  IF EXISTS (
    SELECT FROM pg_inherits
    WHERE inhparent = format('public.%I', parent)::regclass AND inhrelid = to_regclass(format('public.%I', partition)))
  THEN
    RETURN false;
  END IF;

  EXECUTE format('CREATE TABLE public.%I (LIKE public.%I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES)',
    partition, parent);
  EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON public.%I
    FOR EACH STATEMENT EXECUTE FUNCTION public.audit_log_refuse_change()', parent || '_no_truncate', partition);
  EXECUTE format('ALTER TABLE public.%I ENABLE ALWAYS TRIGGER %I', partition, parent || '_no_truncate');
  EXECUTE format('ALTER TABLE public.%I ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
    parent, partition, lower_bound, upper_bound);
  EXECUTE format('ALTER TABLE public.%I ENABLE ALWAYS TRIGGER %I', partition, guard);
  RETURN true;
END
$$;

-- Makes the partitions of this month and of the next `months_ahead`, where they are missing; returns how many months lacked one.
CREATE FUNCTION public.audit_log_ensure_partitions(months_ahead integer DEFAULT 3) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
SET datestyle = 'ISO'
AS $$
DECLARE
  lower_bound timestamptz;
  upper_bound timestamptz;
  suffix text;
  made integer := 0;
BEGIN
  -- one maker at a time; the key is this function's alone
  PERFORM pg_advisory_xact_lock(hashtextextended('coordinator-registry/audit_log_ensure_partitions', 0));
  FOR ahead IN 0..least(greatest(months_ahead, 0), 24) LOOP
    lower_bound := date_trunc('month', now()) + make_interval(months => ahead);
    upper_bound := lower_bound + interval '1 month';
    suffix := '_' || to_char(lower_bound, 'YYYY_MM');
    -- Both, whether or not the first was there.
    made := made + (
      public.audit_ensure_partition('audit_log', suffix, 'audit_log_append_only', lower_bound::text, upper_bound::text)::integer
      | public.audit_ensure_partition('audit_personal_values', suffix, 'audit_personal_values_unchanged',
        public.audit_first_id(lower_bound)::text, public.audit_first_id(upper_bound)::text)::integer);
  END LOOP;
  RETURN made;
END
$$;

GRANT SELECT ON public.audit_log, public.audit_personal_values TO coordinator_registry_app;

ALTER TABLE public.audit_log OWNER TO coordinator_registry_audit;
ALTER TABLE public.audit_personal_values OWNER TO coordinator_registry_audit;
ALTER FUNCTION public.audit_log_refuse_change() OWNER TO coordinator_registry_audit;
ALTER FUNCTION public.audit_log_ensure_partitions(integer) OWNER TO coordinator_registry_audit;
REVOKE ALL ON FUNCTION public.audit_log_refuse_change() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.audit_log_ensure_partitions(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.audit_log_ensure_partitions(integer) TO coordinator_registry_app;

SELECT public.audit_log_ensure_partitions();
