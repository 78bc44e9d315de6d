-- The audit log: its records, the tree that seals them, retention and locks.

CREATE TYPE public.audit_actor_type AS ENUM ('COORDINATOR', 'OPERATOR', 'SYSTEM', 'ANONYMOUS');
CREATE TYPE public.audit_outcome AS ENUM ('SUCCESS', 'DENIED');

-- The caller and the request of a statement: the setting audit.context (set_audit_context).
CREATE TYPE public.audit_context AS (
  -- statement_timestamp(), in seconds since 1970
  at         numeric,
  actor_type public.audit_actor_type,
  actor_id   uuid,
  actor_name text,
  key_id     uuid,
  request_id text,
  source_ip  inet,
  user_agent text,
  -- as the actor gave it; null: none
  reason     text
);

CREATE TABLE public.audit_log (
  -- From one reading of the clock: `occurred_at` is the millisecond in the id, so the id alone finds a record.
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
  -- Personal data must be erasable, although the log is not. So the leaf has a commitment to each value, SHA-256(salt || value).
  -- audit_erase sets value and salt to null.
  source_ip             inet,
  source_ip_salt        bytea,
  source_ip_commitment  bytea,
  user_agent            text,
  user_agent_salt       bytea,
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
-- A query without a filter reads the primary key: an id begins with the millisecond in occurred_at. There is no index by time alone. The
-- planner would use it for filters too, because it assumes that matching records are evenly spread, and would read the whole log for an actor who
-- was last seen a year ago.
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

-- The sealer finds records that became visible since the last seal by transaction: `xid >= previous xmax OR xid IN previous xip`. The largest id
-- would miss transactions that commit late. Leaves have this order: a transaction that ended before another got its number comes first,
-- independent of the clock.
CREATE INDEX audit_log_xid_idx ON public.audit_log (xid, id);

-- The leaf of each record. The hash stays when retention drops the record, because the root depends on it.
CREATE TABLE public.audit_leaves (
  leaf_index bigint NOT NULL,
  record_id  uuid   NOT NULL,
  hash       bytea  NOT NULL,
  CONSTRAINT audit_leaves_pkey PRIMARY KEY (leaf_index),
  -- no record is sealed twice, even by a faulty sealer
  CONSTRAINT audit_leaves_record_key UNIQUE (record_id),
  CONSTRAINT audit_leaves_hash_length CHECK (octet_length(hash) = 32)
);

-- Hashes of complete subtrees, for every eighth level; level 0 has the leaves. A proof computes the levels between from at most
-- 255 hashes. So the tree needs one additional row for 255 records, not one for each.
CREATE TABLE public.audit_tree_nodes (
  level      smallint NOT NULL,
  node_index bigint   NOT NULL,
  hash       bytea    NOT NULL,
  CONSTRAINT audit_tree_nodes_pkey PRIMARY KEY (level, node_index),
  CONSTRAINT audit_tree_nodes_level CHECK (level > 0 AND level % 8 = 0),
  CONSTRAINT audit_tree_nodes_hash_length CHECK (octet_length(hash) = 32)
);

CREATE TABLE public.audit_checkpoints (
  -- from 0 without gaps; unique, so that two sealers cannot both use a number
  seq         bigint         NOT NULL,
  size        bigint         NOT NULL,
  sealed_at   timestamptz(3) NOT NULL,
  -- the signed note, which has all of the above and the root
  note        text           NOT NULL,
  -- The other columns are the sealer's state, so that the next sealer can continue.
  -- the right edge of the tree
  frontier    bytea          NOT NULL,
  -- all records that this snapshot sees are sealed
  sealed_to   pg_snapshot    NOT NULL,
  -- while a large backlog is sealed in parts: its end, and the progress
  sealing_to  pg_snapshot,
  reached_xid xid8,
  reached_id  uuid,
  -- SHA-256 of the tokens that the next checkpoint, and a process that wants the lease, must show (docs/adr/0025)
  next_token  bytea,
  lease_token bytea,
  CONSTRAINT audit_checkpoints_pkey PRIMARY KEY (seq),
  CONSTRAINT audit_checkpoints_seq CHECK (seq >= 0),
  CONSTRAINT audit_checkpoints_reached CHECK (
    (sealing_to IS NULL) = (reached_xid IS NULL) AND (sealing_to IS NULL) = (reached_id IS NULL)),
  CONSTRAINT audit_checkpoints_tokens CHECK (octet_length(next_token) = 32 AND octet_length(lease_token) = 32),
  CONSTRAINT audit_checkpoints_bounded CHECK (octet_length(note) <= 8192 AND octet_length(frontier) <= 2056)
);

-- The process that seals, and until when. Only audit_sealer_lease writes this row. It saves double work; correctness does not depend on it.
CREATE TABLE public.audit_sealer (
  only_row boolean     NOT NULL DEFAULT true,
  holder   uuid        NOT NULL,
  backend  integer     NOT NULL,
  until    timestamptz NOT NULL,
  CONSTRAINT audit_sealer_pkey PRIMARY KEY (only_row),
  CONSTRAINT audit_sealer_only_row CHECK (only_row)
);

-- The number of months that are kept. The login that migrates sets it. The API drops months, but cannot choose which.
CREATE TABLE public.audit_retention (
  only_row boolean NOT NULL DEFAULT true,
  months   integer NOT NULL,
  CONSTRAINT audit_retention_pkey PRIMARY KEY (only_row),
  CONSTRAINT audit_retention_only_row CHECK (only_row),
  CONSTRAINT audit_retention_months_range CHECK (months BETWEEN 1 AND 1200)
);

-- The progress of counting the oldest month: the last record, and the number of records.
CREATE TABLE public.audit_retention_progress (
  month   text   NOT NULL,
  reached uuid   NOT NULL,
  records bigint NOT NULL,
  CONSTRAINT audit_retention_progress_pkey PRIMARY KEY (month)
);

-- Locks between processes. They are rows that only functions touch, because every login of the database could take an advisory lock.
CREATE TABLE public.registry_locks (
  name text NOT NULL,
  CONSTRAINT registry_locks_pkey PRIMARY KEY (name)
);
INSERT INTO public.registry_locks (name) VALUES ('environment-key'), ('first-admin'), ('partitions'), ('retention');
