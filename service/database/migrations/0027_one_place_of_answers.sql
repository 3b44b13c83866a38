-- The first answers to requests that made no event stand among those to acts, so that one key answers one request alone,
-- also if two are sent with it at once. Such a row names no event: its first position and its count are 0. It names
-- resources and persons by their ids, and nothing that was said is in it. The digest of what was sent to the register is
-- made with the service's key, since a personal number can be guessed from a plain one.
ALTER TABLE command
    DROP CONSTRAINT command_first_position_check,
    DROP CONSTRAINT command_events_check,
    ADD CONSTRAINT command_events_check
        CHECK (events > 0 AND first_position > 0 OR events = 0 AND first_position = 0),
    ALTER COLUMN first_position SET DEFAULT 0,
    ALTER COLUMN events SET DEFAULT 0,
    ALTER COLUMN recorded_at SET DEFAULT clock_timestamp();
INSERT INTO command (command_id, digest, answer, recorded_at)
    SELECT command_id, digest, answer, recorded_at FROM kept_answer ON CONFLICT DO NOTHING;
DROP TABLE kept_answer;
COMMENT ON TABLE command IS 'The first answer to each act, and to each request with a key, so that a repeat gets it and changes nothing';
