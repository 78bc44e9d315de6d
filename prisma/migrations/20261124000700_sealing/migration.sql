-- Sealing: every committed record becomes one leaf of an RFC 6962 tree, and every state of the tree a signed checkpoint. One
-- elected process of the API does it (apps/api/src/audit-log/sealing/); here stand what it keeps and the one way to add to it.

-- What became visible since the last seal is found by transaction: `xid >= previous xmax OR xid IN previous xip`. Never by the
-- largest id, which passes over whoever commits late. Leaves are appended in this order: a transaction that ended before another
-- got its number comes first, whatever the clock said.
CREATE INDEX audit_log_xid_idx ON public.audit_log (xid, id);

-- Which record is which leaf. The hash stays when retention drops the record: the tree must still add up.
CREATE TABLE public.audit_leaves (
  leaf_index bigint NOT NULL,
  record_id  uuid   NOT NULL,
  hash       bytea  NOT NULL,
  CONSTRAINT audit_leaves_pkey PRIMARY KEY (leaf_index),
  -- no record is sealed twice, whatever its sealer believes
  CONSTRAINT audit_leaves_record_key UNIQUE (record_id),
  CONSTRAINT audit_leaves_hash_length CHECK (octet_length(hash) = 32)
);

-- Hashes of complete subtrees, of every eighth level; level 0 are the leaves. A proof computes the levels between from at most
-- 255 hashes, and the tree costs the log one row for 255 records more, not one for each.
CREATE TABLE public.audit_tree_nodes (
  level      smallint NOT NULL,
  node_index bigint   NOT NULL,
  hash       bytea    NOT NULL,
  CONSTRAINT audit_tree_nodes_pkey PRIMARY KEY (level, node_index),
  CONSTRAINT audit_tree_nodes_level CHECK (level > 0 AND level % 8 = 0),
  CONSTRAINT audit_tree_nodes_hash_length CHECK (octet_length(hash) = 32)
);

CREATE TABLE public.audit_checkpoints (
  -- dense, from 0; unique, so that two sealers that both believe themselves elected cannot say two things
  seq         bigint         NOT NULL,
  size        bigint         NOT NULL,
  sealed_at   timestamptz(3) NOT NULL,
  -- the signed note, which says all of the above and the root
  note        text           NOT NULL,
  -- What follows is the sealer's own bookkeeping: its memory, should it die.
  -- the right edge of the tree
  frontier    bytea          NOT NULL,
  -- all that was committed in this snapshot is sealed
  sealed_to   pg_snapshot    NOT NULL,
  -- where a large backlog is being sealed in parts: up to what, and how far that has come
  sealing_to  pg_snapshot,
  reached_xid xid8,
  reached_id  uuid,
  CONSTRAINT audit_checkpoints_pkey PRIMARY KEY (seq),
  CONSTRAINT audit_checkpoints_seq CHECK (seq >= 0),
  CONSTRAINT audit_checkpoints_reached CHECK (
    (sealing_to IS NULL) = (reached_xid IS NULL) AND (sealing_to IS NULL) = (reached_id IS NULL))
);

DO $$
DECLARE
  kept text;
BEGIN
  FOREACH kept IN ARRAY ARRAY['audit_leaves', 'audit_tree_nodes', 'audit_checkpoints'] LOOP
    EXECUTE format('CREATE TRIGGER %1$s_append_only BEFORE UPDATE OR DELETE ON public.%1$I
      FOR EACH ROW EXECUTE FUNCTION public.audit_log_refuse_change()', kept);
    EXECUTE format('ALTER TABLE public.%1$I ENABLE ALWAYS TRIGGER %1$s_append_only', kept);
    EXECUTE format('CREATE TRIGGER %1$s_no_truncate BEFORE TRUNCATE ON public.%1$I
      FOR EACH STATEMENT EXECUTE FUNCTION public.audit_log_refuse_change()', kept);
    EXECUTE format('ALTER TABLE public.%1$I ENABLE ALWAYS TRIGGER %1$s_no_truncate', kept);
    EXECUTE format('GRANT SELECT ON public.%I TO coordinator_registry_app', kept);
    EXECUTE format('ALTER TABLE public.%I OWNER TO coordinator_registry_audit', kept);
  END LOOP;
END
$$;

-- Appends one checkpoint, with the leaves and nodes that it adds; all or nothing. It can only go on from the last checkpoint:
-- whoever comes second, or lost its lock meanwhile, gets AU003, or the unique violation of the checkpoint that was first.
-- Whether hashes and signature are right, it cannot know: that is what verification is for.
--
--   p_hashes, p_nodes  32 bytes for each member of p_records, of p_levels
CREATE FUNCTION public.audit_seal(
  p_seq bigint, p_size bigint, p_sealed_at timestamptz, p_note text, p_frontier bytea, p_sealed_to pg_snapshot,
  p_sealing_to pg_snapshot, p_reached_xid xid8, p_reached_id uuid, p_records uuid[], p_hashes bytea, p_levels smallint[],
  p_indexes bigint[], p_nodes bytea
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  last_seq bigint;
  last_size bigint;
BEGIN
  SELECT seq, size INTO last_seq, last_size FROM public.audit_checkpoints ORDER BY seq DESC LIMIT 1;
  IF (p_seq = coalesce(last_seq + 1, 0)) IS NOT TRUE THEN
    RAISE EXCEPTION 'checkpoint % does not follow checkpoint %', p_seq, last_seq USING ERRCODE = 'AU003';
  END IF;
  IF (p_size = coalesce(last_size, 0) + cardinality(p_records) AND octet_length(p_hashes) = 32 * cardinality(p_records)
    AND octet_length(p_nodes) = 32 * cardinality(p_levels) AND cardinality(p_levels) = cardinality(p_indexes)) IS NOT TRUE
  THEN
    RAISE EXCEPTION 'checkpoint % does not add up', p_seq USING ERRCODE = 'AU002';
  END IF;

  -- First: the second of two waits here for the end of the first, and has done nothing yet.
  INSERT INTO public.audit_checkpoints (
    seq, size, sealed_at, note, frontier, sealed_to, sealing_to, reached_xid, reached_id)
  VALUES (
    p_seq, p_size, p_sealed_at, p_note, p_frontier, p_sealed_to, p_sealing_to, p_reached_xid, p_reached_id);
  INSERT INTO public.audit_leaves (leaf_index, record_id, hash)
  SELECT coalesce(last_size, 0) + n - 1, record_id, substr(p_hashes, (n - 1)::integer * 32 + 1, 32)
  FROM unnest(p_records) WITH ORDINALITY AS sealed (record_id, n);
  INSERT INTO public.audit_tree_nodes (level, node_index, hash)
  SELECT p_levels[n], p_indexes[n], substr(p_nodes, (n - 1) * 32 + 1, 32)
  FROM generate_series(1, cardinality(p_levels)) AS n;
END
$$;

ALTER FUNCTION public.audit_seal(bigint, bigint, timestamptz, text, bytea, pg_snapshot, pg_snapshot, xid8, uuid, uuid[], bytea,
  smallint[], bigint[], bytea) OWNER TO coordinator_registry_audit;
REVOKE ALL ON FUNCTION public.audit_seal(bigint, bigint, timestamptz, text, bytea, pg_snapshot, pg_snapshot, xid8, uuid, uuid[],
  bytea, smallint[], bigint[], bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.audit_seal(bigint, bigint, timestamptz, text, bytea, pg_snapshot, pg_snapshot, xid8, uuid,
  uuid[], bytea, smallint[], bigint[], bytea) TO coordinator_registry_app;
