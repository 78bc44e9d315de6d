-- Records that an operator exported the log, in which format and with which filter. AU002 if the audit context is not an operator's.
CREATE OR REPLACE FUNCTION public.audit_record_export(p_format text, p_workspace_id uuid, p_filter jsonb) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF (p_format IN ('ndjson', 'csv', 'ocsf') AND jsonb_typeof(p_filter) = 'object') IS NOT TRUE
    OR (nullif(current_setting('audit.context', true), '')::public.audit_context).actor_type IS DISTINCT FROM 'OPERATOR'
  THEN
    RAISE EXCEPTION 'not an export by an operator: %', p_format USING ERRCODE = 'AU002';
  END IF;
  PERFORM public.audit_append('audit.exported', p_workspace_id, 'audit-log', NULL, jsonb_build_object(
    'format', jsonb_build_object('from', NULL, 'to', p_format),
    'filter', jsonb_build_object('from', NULL, 'to', public.audit_value(p_filter))));
  RETURN true;
END
$$;
