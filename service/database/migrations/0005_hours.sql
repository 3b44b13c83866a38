-- A month is settled from the hours that the cases' own events record: these are found by their county.
CREATE INDEX kvittens_events_hours ON kvittens_events (county, notification_id)
    WHERE topic = 'referral.hours-recorded.v1';
