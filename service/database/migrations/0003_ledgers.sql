-- Ledgers: streams that belong to the parties and not to one person, in the same record and the same order as the cases.

ALTER TABLE case_head ALTER COLUMN patient_id DROP NOT NULL;
COMMENT ON COLUMN case_head.patient_id IS 'Whom the case is about; null for a ledger, whose id stands in the place of a case''s';

CREATE TABLE ledger (
    case_id uuid   PRIMARY KEY,
    county  text   NOT NULL,
    kind    text   NOT NULL,
    version bigint NOT NULL CHECK (version > 0),
    readers text[] NOT NULL,
    body    bytea  NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX ledger_kind ON ledger (kind, county);
COMMENT ON COLUMN ledger.readers IS 'The principals whose staff may read it; none named: every principal of the county';
GRANT SELECT, INSERT, UPDATE ON ledger TO kvittens_service;

-- The texts of agreement versions that were submitted here. An event holds only the digest.
CREATE TABLE agreement_text (
    county      text        NOT NULL CHECK (county <> ''),
    id          text        NOT NULL CHECK (id <> ''),
    version     text        NOT NULL CHECK (version <> ''),
    digest      text        NOT NULL CHECK (digest = 'sha256:' || encode(sha256(text), 'hex')),
    text        bytea       NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (county, id, version)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON agreement_text
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
GRANT SELECT, INSERT ON agreement_text TO kvittens_service;
