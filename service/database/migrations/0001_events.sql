-- The record: an append-only stream of events in one order, and what is needed to append to it.
-- The owner runs this file. The service's role may add to the record and read it, and nothing else.

CREATE TABLE kvittens_events (
    originator_id      uuid        NOT NULL,
    originator_version bigint      NOT NULL CHECK (originator_version > 0),
    topic              text        NOT NULL CHECK (topic <> ''),
    state              bytea       NOT NULL,
    notification_id    bigint      NOT NULL CHECK (notification_id > 0),
    county             text        NOT NULL CHECK (county <> ''),
    case_id            uuid        NOT NULL,
    occurred_at        timestamptz NOT NULL,
    recorded_at        timestamptz NOT NULL,
    command_id         uuid        NOT NULL,
    CONSTRAINT kvittens_events_pkey PRIMARY KEY (originator_id, originator_version),
    CONSTRAINT kvittens_events_one_order UNIQUE (notification_id)
);
CREATE INDEX kvittens_events_case ON kvittens_events (case_id, notification_id);
COMMENT ON TABLE kvittens_events IS 'What was decided, said or found; notification_id is the one order, 1..N without a gap';

-- One row, whose lock is the one order: positions come from it and not from a sequence, since a sequence number is
-- given out before the commit and a reader would pass over what commits late.
CREATE TABLE stream_head (
    only_row    boolean     PRIMARY KEY DEFAULT true CHECK (only_row),
    position    bigint      NOT NULL CHECK (position >= 0),
    recorded_at timestamptz NOT NULL
) WITH (fillfactor = 10);
INSERT INTO stream_head (position, recorded_at) VALUES (0, 'epoch');

CREATE TABLE case_head (
    case_id      uuid        PRIMARY KEY,
    county       text        NOT NULL CHECK (county <> ''),
    patient_id   uuid        NOT NULL,
    region       text,
    municipality text,
    version      bigint      NOT NULL CHECK (version > 0),
    recorded_at  timestamptz NOT NULL
) WITH (fillfactor = 80);
COMMENT ON COLUMN case_head.version IS 'The number of events of the case: what a decision saw must still be all there is';

CREATE TABLE command (
    command_id     uuid        PRIMARY KEY,
    digest         bytea       NOT NULL CHECK (length(digest) = 32),
    answer         bytea       NOT NULL,
    first_position bigint      NOT NULL CHECK (first_position > 0),
    events         integer     NOT NULL CHECK (events > 0),
    recorded_at    timestamptz NOT NULL
);
COMMENT ON TABLE command IS 'The first answer to each act, so that the same act sent again gets it and changes nothing';

-- Privileges bind the service; this binds the owner too, who would have to disable it knowingly.
CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% may only be added to: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON kvittens_events
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON command
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();

REVOKE ALL ON SCHEMA public FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC;
REVOKE ALL ON FUNCTION append_only() FROM PUBLIC;
DO $$
BEGIN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO kvittens_service', current_database());
END
$$;

GRANT USAGE ON SCHEMA public TO kvittens_service;
GRANT SELECT, INSERT ON kvittens_events TO kvittens_service;
GRANT SELECT, UPDATE ON stream_head TO kvittens_service;
GRANT SELECT, INSERT, UPDATE ON case_head TO kvittens_service;
GRANT SELECT, INSERT ON command TO kvittens_service;
