-- Appends one checkpoint, with the leaves and nodes that it adds; all or nothing. It continues only from the last checkpoint:
-- of two sealers, the second one, or one that lost its lease meanwhile, gets AU003, or a unique violation. This function cannot
-- check hashes and signature. Verification does.
--
--   p_hashes, p_nodes  32 bytes for each member of p_records, of p_levels
--   p_token            the token whose SHA-256 is in the last checkpoint
--   p_next_token, p_lease_token  the SHA-256 of the tokens that come after this checkpoint
--   p_events           [{action, changes}]: other changes of this checkpoint, recorded in the same transaction. A checkpoint that
--                      continues a log (`audit.continued`) may skip the numbers of lost checkpoints
CREATE OR REPLACE FUNCTION public.audit_seal(
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

  -- The lock comes first: the second of two sealers waits here for the end of the first, before it changes anything.
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
      'SYSTEM', NULL, 'sealing', NULL, event ->> 'action', 'SUCCESS', NULL, NULL, 'audit-log', NULL, event -> 'changes',
      NULL, NULL, NULL, 1);
  END LOOP;
END
$$;
