-- What is known to repeat across the pages of the wanted hosts: the version of each that was in force last.
SELECT boilerplate.* EXCLUDE (run_id, code_version)
FROM boilerplate
INNER JOIN wanted_hosts ON boilerplate.host = wanted_hosts.host
QUALIFY
    boilerplate.version = first_value(boilerplate.version) OVER (
        PARTITION BY boilerplate.host
        ORDER BY boilerplate.used_at DESC, boilerplate.version ASC
    )
ORDER BY boilerplate.host, boilerplate.paragraph_sha256;
