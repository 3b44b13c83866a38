-- A list begins with the latest: an index gives it in that order, and the rest is not read.
CREATE INDEX case_head_region ON case_head (region, recorded_at DESC);
CREATE INDEX case_head_municipality ON case_head (municipality, recorded_at DESC);
CREATE INDEX resource_latest ON resource (resource_type, recorded_at DESC, resource_id DESC);
CREATE INDEX resource_version_latest
    ON resource_version (resource_type, county, recorded_at DESC, resource_id DESC, version DESC);

-- Few Tasks are requested at a time, although many have an owner: a search must begin with the rarer value.
CREATE STATISTICS search_value_rarity (mcv) ON resource_type, parameter, value FROM search_value;
ALTER STATISTICS search_value_rarity SET STATISTICS 300;

-- A month is settled from the cases that have hours in it, recorded by the staff of one principal.
CREATE FUNCTION content_of(state bytea) RETURNS jsonb LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT convert_from(state, 'UTF8')::jsonb $$;
COMMENT ON FUNCTION content_of IS 'What an event says: the same for ever, as the state is';
DROP INDEX kvittens_events_hours;
CREATE INDEX kvittens_events_hours
    ON kvittens_events (county, (content_of(state) #>> '{actor,principal}'), (content_of(state) ->> 'day'))
    WHERE topic = 'case.hours-recorded.v1';

-- A principal lies in one county.
CREATE STATISTICS case_head_parties (dependencies) ON county, region, municipality FROM case_head;
