-- Does a check look at a row that this run wrote last? At those of one run after its load, at all where no run is named.
-- (sqlfluff takes the names of the arguments for types.)
CREATE OR REPLACE MACRO is_checked(row_run_id) AS ( -- noqa: CP05
    getvariable('checked_run_id') IS NULL OR row_run_id = getvariable('checked_run_id')
);
