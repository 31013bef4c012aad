"""The past: archives and lists → the same WARC, articles and tables as what is collected live.

`source` is what each source of the past is made of, and `sources` the list of them; `plan` says what there is to do,
`run` does it step by step, within the budgets that `budget` counts. docs/decisions/0080-backfills.md says why.
"""
