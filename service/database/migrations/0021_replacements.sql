-- Who replaced rows of read models by a rebuild, of which case or ledger, when, and how many differed in each table.
CREATE TABLE replacement (
    id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    replaced_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    case_id     uuid        NOT NULL,
    replaced_by text        NOT NULL CHECK (replaced_by <> ''),
    login       text        NOT NULL DEFAULT session_user,
    differences jsonb       NOT NULL
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON replacement
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
GRANT SELECT ON replacement TO kvittens_service;
COMMENT ON TABLE replacement IS 'Each replacement of rows of read models by kvittens rebuild --replace';
