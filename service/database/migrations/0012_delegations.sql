-- The delegations and assignments of tasks, by the principal whose staff they are between.
CREATE TABLE delegation (
    case_id   uuid        NOT NULL,
    county    text        NOT NULL,
    principal text        NOT NULL,
    since     timestamptz NOT NULL,
    ends      timestamptz,
    body      bytea       NOT NULL
);
COMMENT ON COLUMN delegation.ends IS 'The first moment at which it no longer holds; null if nothing ends it yet';
CREATE INDEX delegation_case ON delegation (case_id);
CREATE INDEX delegation_principal ON delegation (principal, county, (coalesce(ends, 'infinity'::timestamptz)));

GRANT SELECT, INSERT, DELETE ON delegation TO kvittens_service;
