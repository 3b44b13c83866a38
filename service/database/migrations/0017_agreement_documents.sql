-- The agreements' own documents, which the parties attach to versions. An event holds only the digest.
CREATE TABLE agreement_document (
    county      text        NOT NULL CHECK (county <> ''),
    id          text        NOT NULL CHECK (id <> ''),
    version     text        NOT NULL CHECK (version <> ''),
    digest      text        NOT NULL CHECK (digest = 'sha256:' || encode(sha256(content), 'hex')),
    content     bytea       NOT NULL CHECK (octet_length(content) BETWEEN 1 AND 5000000),
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (county, id, version, digest)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON agreement_document
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
GRANT SELECT, INSERT ON agreement_document TO kvittens_service;
COMMENT ON TABLE agreement_document IS 'The documents that the parties attached to agreement versions, byte for byte';

-- A version that was withdrawn can be submitted anew, with another text. Each event names its text by the digest.
ALTER TABLE agreement_text DROP CONSTRAINT agreement_text_pkey, ADD PRIMARY KEY (county, id, version, digest);
