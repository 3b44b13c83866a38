-- What a list shows of each case: the need, the sender, and the status with its time. Earlier cases have it after `kvittens rebuild --replace`.
CREATE TABLE case_summary (
    case_id uuid  PRIMARY KEY,
    body    bytea NOT NULL
);
COMMENT ON TABLE case_summary IS 'What each case asks for, who sent it, and where it stands since when';

GRANT SELECT, INSERT, DELETE ON case_summary TO kvittens_service;
