-- The agreement version by which the worklist of a case was listed last: that of the day of the latest act, or of the clockwork.
CREATE TABLE listing (
    case_id      uuid PRIMARY KEY,
    county       text NOT NULL,
    municipality text,
    agreement    text,
    version      text
);
COMMENT ON TABLE listing IS 'The version by which the worklist of a case is listed; without agreement, none was in force. Not of cases that are over';
CREATE INDEX listing_county ON listing (county);

GRANT SELECT, INSERT, DELETE ON listing TO kvittens_service;
