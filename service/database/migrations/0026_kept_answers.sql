-- The first answer to a request with an Idempotency-Key that made no event: something was there already, or the person
-- register was changed. It names resources and persons by their ids, and nothing that was said is in it. The digest of
-- what was sent to the register is made with the service's key, since a personal number can be guessed from a plain one.
CREATE TABLE kept_answer (
    command_id  uuid        PRIMARY KEY,
    digest      bytea       NOT NULL CHECK (length(digest) = 32),
    answer      bytea       NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON kept_answer
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
GRANT SELECT, INSERT ON kept_answer TO kvittens_service;
COMMENT ON TABLE kept_answer IS 'The first answer to each request with a key that made no event, so that a repeat gets it';
