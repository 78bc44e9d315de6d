-- An export takes the log out of the server's keeping, so it is recorded: in what form, and by which filter, in the context of
-- the operator who asked.
CREATE FUNCTION public.audit_record_export(p_format text, p_workspace_id uuid, p_filter jsonb) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF (p_format IN ('ndjson', 'csv', 'ocsf') AND jsonb_typeof(p_filter) = 'object') IS NOT TRUE
    OR nullif(current_setting('audit.context', true), '')::jsonb ->> 'actorType' IS DISTINCT FROM 'OPERATOR'
  THEN
    RAISE EXCEPTION 'not an export by an operator: %', p_format USING ERRCODE = 'AU002';
  END IF;
  PERFORM public.audit_append('audit.exported', p_workspace_id, 'audit-log', NULL, NULL, jsonb_build_object(
    'format', jsonb_build_object('from', NULL, 'to', p_format),
    'filter', jsonb_build_object('from', NULL, 'to', public.audit_value(p_filter))));
  RETURN true;
END
$$;

ALTER FUNCTION public.audit_record_export(text, uuid, jsonb) OWNER TO coordinator_registry_audit;
REVOKE ALL ON FUNCTION public.audit_record_export(text, uuid, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.audit_record_export(text, uuid, jsonb) TO coordinator_registry_app;
