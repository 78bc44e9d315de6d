-- What the API's own login cannot do to the log (docs/adr/0025), and how a log goes on after its signing key or its cluster
-- changed (docs/adr/0026).

-- 1. Every field of a record is bounded. Everything that is written to the log goes through this function, whatever the caller put
-- into its context. Text that a client or an administrator chose is cut; `changes` is bounded by audit_value, and refused here if
-- a new trigger ever forgets that.
CREATE OR REPLACE FUNCTION public.audit_write(
  p_actor_type public.audit_actor_type, p_actor_id uuid, p_actor_name text, p_key_id uuid, p_action text,
  p_outcome public.audit_outcome, p_reason text, p_workspace_id uuid, p_resource_type text, p_resource_id uuid, p_rev integer,
  p_changes jsonb, p_request_id text, p_source_ip inet, p_user_agent text, p_occurrences integer
) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
  moment timestamptz := clock_timestamp();
  record_id uuid := public.uuid_v7(moment);
  agent text := left(p_user_agent, 512);
  salts bytea;
  source_ip_salt bytea;
  user_agent_salt bytea;
BEGIN
  IF pg_column_size(p_changes) > 524288 THEN
    RAISE EXCEPTION 'the changes of a record have % bytes: % of % % refused', pg_column_size(p_changes), p_action, p_resource_type,
      p_resource_id USING ERRCODE = 'AU002';
  END IF;
  IF p_source_ip IS NOT NULL OR agent IS NOT NULL THEN
    -- Both salts, of 128 bits each, out of one digest over 244 random bits: there is no other source of bytes in core Postgres.
    salts := sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
    IF p_source_ip IS NOT NULL THEN
      source_ip_salt := substr(salts, 1, 16);
    END IF;
    IF agent IS NOT NULL THEN
      user_agent_salt := substr(salts, 17, 16);
    END IF;
    INSERT INTO public.audit_personal_values (record_id, source_ip, source_ip_salt, user_agent, user_agent_salt)
    VALUES (record_id, p_source_ip, source_ip_salt, agent, user_agent_salt);
  END IF;

  INSERT INTO public.audit_log (
    id, occurred_at, actor_type, actor_id, actor_name, key_id, action, outcome, reason, workspace_id, resource_type,
    resource_id, rev, changes, request_id, source_ip_commitment, user_agent_commitment, occurrences)
  VALUES (
    record_id, date_trunc('milliseconds', moment), p_actor_type, p_actor_id, left(p_actor_name, 200), p_key_id, p_action,
    p_outcome, left(p_reason, 200), p_workspace_id, left(p_resource_type, 50), p_resource_id, p_rev, p_changes,
    left(p_request_id, 128), sha256(source_ip_salt || convert_to(host(p_source_ip), 'UTF8')),
    sha256(user_agent_salt || convert_to(agent, 'UTF8')), p_occurrences);
END
$$;

-- 2. A checkpoint is accepted only from a process that holds the signing key. Postgres has no Ed25519, so each checkpoint commits to
-- two tokens that only the key's holder can compute (HMACs by a key derived from it): `next_token` is the SHA-256 of the token that
-- the next checkpoint has to show, once; `lease_token` that of the token with which a process asks to be the one that seals. The
-- login's password, or SQL that somebody slipped into a request, are not enough. A checkpoint from before this migration commits
-- to nothing, and the first checkpoint follows none: these two are accepted from the first that comes.
ALTER TABLE public.audit_checkpoints
  ADD COLUMN next_token  bytea,
  ADD COLUMN lease_token bytea,
  ADD CONSTRAINT audit_checkpoints_tokens CHECK (octet_length(next_token) = 32 AND octet_length(lease_token) = 32),
  ADD CONSTRAINT audit_checkpoints_bounded CHECK (octet_length(note) <= 8192 AND octet_length(frontier) <= 2056);

-- Which process seals, until when. A row that only the function below writes, in place of an advisory lock, which every login of
-- the database may take. Nothing depends on it but that two processes do not do the same work.
CREATE TABLE public.audit_sealer (
  only_row boolean     NOT NULL DEFAULT true,
  holder   uuid        NOT NULL,
  backend  integer     NOT NULL,
  until    timestamptz NOT NULL,
  CONSTRAINT audit_sealer_pkey PRIMARY KEY (only_row),
  CONSTRAINT audit_sealer_only_row CHECK (only_row)
);
ALTER TABLE public.audit_sealer OWNER TO coordinator_registry_audit;

-- Whether `p_holder` is the process that seals, for the next half minute, or until its session ends. AU002 for a wrong token.
CREATE FUNCTION public.audit_sealer_lease(p_holder uuid, p_token bytea) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '2s'
AS $$
DECLARE
  expected bytea;
BEGIN
  SELECT lease_token INTO expected FROM public.audit_checkpoints ORDER BY seq DESC LIMIT 1;
  IF expected IS NOT NULL AND sha256(p_token) IS DISTINCT FROM expected THEN
    RAISE EXCEPTION 'only who holds the signing key of the last checkpoint seals' USING ERRCODE = 'AU002';
  END IF;
  INSERT INTO public.audit_sealer AS sealer (holder, backend, until)
  VALUES (p_holder, pg_backend_pid(), clock_timestamp() + interval '30 seconds')
  ON CONFLICT (only_row) DO UPDATE SET holder = excluded.holder, backend = excluded.backend, until = excluded.until
  WHERE sealer.until < clock_timestamp() OR (sealer.holder = excluded.holder AND expected IS NOT NULL)
    OR NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = sealer.backend);
  -- Before there is a token, nobody can prolong a lease, so that it cannot be kept for ever by who has no key.
  RETURN FOUND OR EXISTS (SELECT FROM public.audit_sealer AS sealer WHERE sealer.holder = p_holder);
END
$$;

DROP FUNCTION public.audit_seal(bigint, bigint, timestamptz, text, bytea, pg_snapshot, pg_snapshot, xid8, uuid, uuid[], bytea,
  smallint[], bigint[], bytea);

-- Appends one checkpoint, with the leaves and nodes that it adds; all or nothing. It can only go on from the last checkpoint:
-- who comes second, or lost its lease meanwhile, gets AU003, or the unique violation of the checkpoint that was first. Whether
-- hashes and signature are right, it cannot know: verification does.
--
--   p_hashes, p_nodes  32 bytes for each member of p_records, of p_levels
--   p_token            whose SHA-256 the last checkpoint committed to
--   p_next_token, p_lease_token  the SHA-256 of the tokens that come after this checkpoint
--   p_events           [{action, changes}]: what this checkpoint changes beside adding leaves, recorded in the same transaction. A
--                      checkpoint that continues a log (`audit.continued`) may pass over numbers, of checkpoints that were lost
CREATE FUNCTION public.audit_seal(
  p_seq bigint, p_size bigint, p_sealed_at timestamptz, p_note text, p_frontier bytea, p_sealed_to pg_snapshot,
  p_sealing_to pg_snapshot, p_reached_xid xid8, p_reached_id uuid, p_records uuid[], p_hashes bytea, p_levels smallint[],
  p_indexes bigint[], p_nodes bytea, p_token bytea, p_next_token bytea, p_lease_token bytea, p_events jsonb
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  last_seq bigint;
  last_size bigint;
  expected bytea;
  event jsonb;
BEGIN
  SELECT seq, size, next_token INTO last_seq, last_size, expected FROM public.audit_checkpoints ORDER BY seq DESC LIMIT 1;
  IF (p_seq = coalesce(last_seq + 1, 0)
    OR (p_seq > last_seq AND p_events @> '[{"action": "audit.continued"}]')) IS NOT TRUE
  THEN
    RAISE EXCEPTION 'checkpoint % does not follow checkpoint %', p_seq, last_seq USING ERRCODE = 'AU003';
  END IF;
  IF expected IS NOT NULL AND sha256(p_token) IS DISTINCT FROM expected THEN
    RAISE EXCEPTION 'checkpoint % is not by who holds the signing key of checkpoint %', p_seq, last_seq USING ERRCODE = 'AU002';
  END IF;
  IF (p_size = coalesce(last_size, 0) + cardinality(p_records) AND octet_length(p_hashes) = 32 * cardinality(p_records)
    AND octet_length(p_nodes) = 32 * cardinality(p_levels) AND cardinality(p_levels) = cardinality(p_indexes)
    AND octet_length(p_next_token) = 32 AND octet_length(p_lease_token) = 32 AND jsonb_typeof(p_events) = 'array') IS NOT TRUE
  THEN
    RAISE EXCEPTION 'checkpoint % does not add up', p_seq USING ERRCODE = 'AU002';
  END IF;

  -- First: the second of two waits here for the end of the first, and has done nothing yet.
  INSERT INTO public.audit_checkpoints (
    seq, size, sealed_at, note, frontier, sealed_to, sealing_to, reached_xid, reached_id, next_token, lease_token)
  VALUES (
    p_seq, p_size, p_sealed_at, p_note, p_frontier, p_sealed_to, p_sealing_to, p_reached_xid, p_reached_id, p_next_token,
    p_lease_token);
  INSERT INTO public.audit_leaves (leaf_index, record_id, hash)
  SELECT coalesce(last_size, 0) + n - 1, record_id, substr(p_hashes, (n - 1)::integer * 32 + 1, 32)
  FROM unnest(p_records) WITH ORDINALITY AS sealed (record_id, n);
  INSERT INTO public.audit_tree_nodes (level, node_index, hash)
  SELECT p_levels[n], p_indexes[n], substr(p_nodes, (n - 1) * 32 + 1, 32)
  FROM generate_series(1, cardinality(p_levels)) AS n;

  FOR event IN SELECT * FROM jsonb_array_elements(p_events) LOOP
    IF (event ->> 'action' IN ('audit.key-changed', 'audit.continued') AND jsonb_typeof(event -> 'changes') = 'object') IS NOT TRUE
    THEN
      RAISE EXCEPTION 'no event of sealing: %', left(event::text, 200) USING ERRCODE = 'AU002';
    END IF;
    PERFORM public.audit_write(
      'SYSTEM', NULL, 'sealing', NULL, event ->> 'action', 'SUCCESS', NULL, NULL, 'audit-log', NULL, NULL, event -> 'changes',
      NULL, NULL, NULL, 1);
  END LOOP;
END
$$;

-- 3. Locks that processes take among themselves are rows that only these functions touch: an advisory lock can be taken by every
-- login of the database. Nothing waits for one for ever: AU005 says which session holds it.
CREATE TABLE public.registry_locks (
  name text NOT NULL,
  CONSTRAINT registry_locks_pkey PRIMARY KEY (name)
);
INSERT INTO public.registry_locks (name) VALUES ('environment-key'), ('first-admin'), ('partitions'), ('retention');
ALTER TABLE public.registry_locks OWNER TO coordinator_registry_audit;

-- Takes a lock until the transaction ends.
CREATE FUNCTION public.audit_take_lock(p_name text, p_wait interval) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  holders text;
BEGIN
  PERFORM set_config('lock_timeout', (extract(epoch FROM p_wait) * 1000)::integer::text, true);
  PERFORM FROM public.registry_locks WHERE name = p_name FOR UPDATE;
EXCEPTION WHEN lock_not_available THEN
  -- All holders of a row lock in this table: which row, only the row itself says.
  SELECT string_agg(format('session %s (login %s, application "%s")', session.pid, session.usename, session.application_name), ', ')
  INTO holders
  FROM pg_locks AS held JOIN pg_stat_activity AS session ON session.pid = held.pid
  WHERE held.relation = 'public.registry_locks'::regclass AND held.granted AND held.pid <> pg_backend_pid();
  RAISE EXCEPTION 'the lock "%" was not to be had within % s; held by %', p_name, extract(epoch FROM p_wait)::integer,
    coalesce(holders, 'a session that has just ended') USING ERRCODE = 'AU005';
END
$$;

-- What processes that start together wait for.
CREATE FUNCTION public.registry_lock(p_name text, p_wait interval) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
-- restored on return: the wait of what the caller does next is its own
SET lock_timeout = 0
AS $$
BEGIN
  IF (p_name IN ('environment-key', 'first-admin')) IS NOT TRUE THEN
    RAISE EXCEPTION 'no lock of the API: %', left(p_name, 50) USING ERRCODE = 'AU002';
  END IF;
  PERFORM public.audit_take_lock(p_name, p_wait);
  RETURN true;
END
$$;

CREATE OR REPLACE FUNCTION public.audit_log_ensure_partitions(months_ahead integer DEFAULT 3) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
SET datestyle = 'ISO'
SET lock_timeout = 0
AS $$
DECLARE
  lower_bound timestamptz;
  upper_bound timestamptz;
  suffix text;
  made integer := 0;
BEGIN
  -- one maker at a time
  PERFORM public.audit_take_lock('partitions', '10 seconds');
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

ALTER FUNCTION public.audit_take_lock(text, interval) OWNER TO coordinator_registry_audit;
ALTER FUNCTION public.registry_lock(text, interval) OWNER TO coordinator_registry_audit;
ALTER FUNCTION public.audit_sealer_lease(uuid, bytea) OWNER TO coordinator_registry_audit;
ALTER FUNCTION public.audit_seal(bigint, bigint, timestamptz, text, bytea, pg_snapshot, pg_snapshot, xid8, uuid, uuid[], bytea,
  smallint[], bigint[], bytea, bytea, bytea, bytea, jsonb) OWNER TO coordinator_registry_audit;
REVOKE ALL ON FUNCTION public.audit_take_lock(text, interval), public.registry_lock(text, interval),
  public.audit_sealer_lease(uuid, bytea),
  public.audit_seal(bigint, bigint, timestamptz, text, bytea, pg_snapshot, pg_snapshot, xid8, uuid, uuid[], bytea, smallint[],
    bigint[], bytea, bytea, bytea, bytea, jsonb)
  FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.registry_lock(text, interval), public.audit_sealer_lease(uuid, bytea),
  public.audit_seal(bigint, bigint, timestamptz, text, bytea, pg_snapshot, pg_snapshot, xid8, uuid, uuid[], bytea, smallint[],
    bigint[], bytea, bytea, bytea, bytea, jsonb)
  TO coordinator_registry_app;
