-- Hours of care became an event of the case itself, before any record relied on the earlier topic.
DROP INDEX kvittens_events_hours;
CREATE INDEX kvittens_events_hours ON kvittens_events (county, notification_id)
    WHERE topic = 'case.hours-recorded.v1';
