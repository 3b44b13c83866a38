-- The requests that have not ended, by person: a second one of the same principal for the same need is told.
CREATE TABLE open_request (
    case_id    uuid   PRIMARY KEY,
    county     text   NOT NULL,
    patient_id uuid   NOT NULL,
    principals text[] NOT NULL,
    body       bytea  NOT NULL
);
COMMENT ON TABLE open_request IS 'The requests that have not ended, and the principals whose staff are told of them';
CREATE INDEX open_request_patient ON open_request (patient_id);

GRANT SELECT, INSERT, DELETE ON open_request TO kvittens_service;
