-- Read models: folded from the record in the transaction of each act, and rebuilt from it at will.

CREATE TABLE resource_version (
    resource_type text        NOT NULL,
    resource_id   text        NOT NULL,
    version       integer     NOT NULL CHECK (version > 0),
    county        text        NOT NULL,
    case_id       uuid        NOT NULL,
    recorded_at   timestamptz NOT NULL,
    body          bytea       NOT NULL,
    PRIMARY KEY (resource_type, resource_id, version)
);
CREATE INDEX resource_version_case ON resource_version (case_id);
COMMENT ON TABLE resource_version IS 'Every version of every FHIR resource, as the bytes that are answered';

CREATE TABLE resource (
    resource_type text        NOT NULL,
    resource_id   text        NOT NULL,
    version       integer     NOT NULL,
    county        text        NOT NULL,
    case_id       uuid        NOT NULL,
    recorded_at   timestamptz NOT NULL,
    readers       text[]      NOT NULL,
    PRIMARY KEY (resource_type, resource_id)
) WITH (fillfactor = 80);
CREATE INDEX resource_case ON resource (case_id);
COMMENT ON COLUMN resource.readers IS 'The principals whose staff may read it, now and in its history';

CREATE TABLE search_value (
    resource_type text NOT NULL,
    resource_id   text NOT NULL,
    case_id       uuid NOT NULL,
    parameter     text NOT NULL,
    system        text,
    value         text NOT NULL
);
CREATE INDEX search_value_lookup ON search_value (resource_type, parameter, value, resource_id);
CREATE INDEX search_value_case ON search_value (case_id);

CREATE TABLE responsibility (
    case_id      uuid        NOT NULL,
    county       text        NOT NULL,
    intervention text        NOT NULL,
    valid_from   timestamptz NOT NULL,
    valid_to     timestamptz,
    treatment    text,
    performer    text,
    body         bytea       NOT NULL,
    PRIMARY KEY (case_id, intervention, valid_from)
);
COMMENT ON TABLE responsibility IS 'Who answers for each intervention, from when to when; half-open periods';

CREATE TABLE timeline (
    case_id uuid    NOT NULL,
    ordinal integer NOT NULL,
    body    bytea   NOT NULL,
    PRIMARY KEY (case_id, ordinal)
);

CREATE TABLE worklist (
    case_id   uuid        NOT NULL,
    county    text        NOT NULL,
    principal text        NOT NULL,
    key       text        NOT NULL,
    since     timestamptz NOT NULL,
    due       date,
    body      bytea       NOT NULL,
    PRIMARY KEY (case_id, principal, key)
);
CREATE INDEX worklist_principal ON worklist (principal, due, since);

GRANT SELECT, INSERT ON resource_version, timeline TO kvittens_service;
GRANT SELECT, INSERT, UPDATE ON resource TO kvittens_service;
GRANT SELECT, INSERT, DELETE ON search_value, responsibility, worklist TO kvittens_service;

-- Persons are kept apart from the record: an event holds only the id, so that protection and erasure touch no event.
CREATE TABLE person (
    id          uuid        PRIMARY KEY,
    county      text        NOT NULL,
    system      text        NOT NULL,
    value       text        NOT NULL,
    family      text        NOT NULL,
    given       text        NOT NULL,
    birth_date  date        NOT NULL,
    protected   boolean     NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT person_identifier UNIQUE (county, system, value)
);
GRANT SELECT, INSERT ON person TO kvittens_service;

-- Acts that were refused: who tried what, and on which rule it fell. Never what the request said.
CREATE TABLE refusal (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    county      text        NOT NULL,
    case_id     uuid,
    act         text        NOT NULL,
    code        text        NOT NULL,
    rule        text        NOT NULL,
    person      text        NOT NULL,
    unit        text        NOT NULL,
    principal   text        NOT NULL,
    role        text        NOT NULL
);
CREATE INDEX refusal_case ON refusal (case_id);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON refusal
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
GRANT SELECT, INSERT ON refusal TO kvittens_service;

-- Whether this database is for demonstration, where the clock may be set: told once, at its first start.
CREATE TABLE purpose (
    only_row      boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    demonstration boolean NOT NULL
);
GRANT SELECT, INSERT ON purpose TO kvittens_service;
