-- The day of a moment where it was published: `local_day(published_at, published_zone)`. Without a zone, the day in UTC.
-- (sqlfluff takes the names of the arguments for types.)
CREATE OR REPLACE MACRO local_day(moment, zone) AS ( -- noqa: CP05
    CASE
        WHEN zone IS NULL THEN moment::DATE
        ELSE (
            moment + to_minutes(
                CASE WHEN starts_with(zone, '-') THEN -1 ELSE 1 END
                * (zone[2:3]::INTEGER * 60 + zone[5:6]::INTEGER)
            )
        )::DATE
    END
);
