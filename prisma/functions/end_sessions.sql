-- Trigger: ends the sessions of an operator whose key is replaced, or who is deleted. So a rotation and a revocation leave no session behind,
-- whoever makes them.
CREATE OR REPLACE FUNCTION public.end_sessions() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  UPDATE public.operator_sessions
  SET ended_at = date_trunc('milliseconds', statement_timestamp()),
    end_reason = CASE WHEN NEW.deleted_at IS NULL THEN 'key-rotated' ELSE 'operator-deleted' END
  WHERE operator_id = NEW.id AND ended_at IS NULL;
  RETURN NULL;
END
$$;
