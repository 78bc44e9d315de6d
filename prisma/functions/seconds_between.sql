-- The number of seconds between two moments; 0 if the clock stepped back between them.
CREATE OR REPLACE FUNCTION public.seconds_between(began timestamptz, ended timestamptz) RETURNS double precision
LANGUAGE sql IMMUTABLE
AS $$ SELECT greatest(extract(epoch FROM ended - began), 0)::double precision $$;
