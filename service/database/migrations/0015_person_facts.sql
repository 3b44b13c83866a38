-- What the register knows of a person beside the identity: residence and listing, with their history, never changed.
CREATE TABLE person_fact (
    id            uuid        PRIMARY KEY,
    person_id     uuid        NOT NULL REFERENCES person (id),
    kind          text        NOT NULL CHECK (kind IN ('residence', 'listing')),
    valid_from    date        NOT NULL,
    county        text,
    municipality  text,
    unit          text,
    corrects      uuid,
    recorded_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    recorded_by   text        NOT NULL,
    recorded_unit text        NOT NULL,
    principal     text        NOT NULL
);
CREATE INDEX person_fact_person ON person_fact (person_id, recorded_at);
CREATE UNIQUE INDEX person_fact_corrects ON person_fact (corrects);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON person_fact
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
GRANT SELECT, INSERT ON person_fact TO kvittens_service;
COMMENT ON TABLE person_fact IS 'Residence and listing of persons, from which day, recorded when and by whom';

-- An entry as it stood until it was corrected. The entry that holds is the one in person.
CREATE TABLE person_before (
    id            uuid        NOT NULL REFERENCES person (id),
    system        text        NOT NULL,
    value         text        NOT NULL,
    family        text        NOT NULL,
    given         text        NOT NULL,
    birth_date    date        NOT NULL,
    protected     boolean     NOT NULL,
    recorded_at   timestamptz NOT NULL,
    replaced_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    replaced_by   text        NOT NULL,
    replaced_unit text        NOT NULL,
    principal     text        NOT NULL,
    PRIMARY KEY (id, replaced_at)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON person_before
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
GRANT SELECT, INSERT ON person_before TO kvittens_service;
GRANT UPDATE (system, value, family, given, birth_date, protected, recorded_at) ON person TO kvittens_service;
COMMENT ON TABLE person_before IS 'The entries of persons that were wrong, as they stood until they were corrected';

-- The cases of a person, and the deaths and corrections that the clockwork tells them of.
CREATE INDEX case_head_patient ON case_head (patient_id);
CREATE INDEX kvittens_events_deaths ON kvittens_events (notification_id)
    WHERE topic IN ('case.death-recorded.v1', 'case.fact-corrected.v1');
