-- A month's days in hospital are claimed from the cases with a notice that held on one of its days.
CREATE TABLE discharge_notice (
    case_id      uuid NOT NULL,
    county       text NOT NULL,
    municipality text,
    first_day    date NOT NULL,
    last_day     date NOT NULL
);
COMMENT ON TABLE discharge_notice IS 'The days on which somebody was ready for discharge; 9999-12-31 while it goes on';
CREATE INDEX discharge_notice_case ON discharge_notice (case_id);
CREATE INDEX discharge_notice_municipality ON discharge_notice (municipality, last_day, first_day);

GRANT SELECT, INSERT, DELETE ON discharge_notice TO kvittens_service;
