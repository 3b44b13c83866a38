-- Cases whose latest events were recorded at one moment have an order too, so that a list is the same each time.
DROP INDEX case_head_region;
DROP INDEX case_head_municipality;
CREATE INDEX case_head_region ON case_head (region, recorded_at DESC, case_id DESC);
CREATE INDEX case_head_municipality ON case_head (municipality, recorded_at DESC, case_id DESC);
