-- How do I take the conflict articles elsewhere (R, pandas, a spreadsheet, a colleague)?
-- How to read it: it writes conflict_articles.parquet into the folder where you are, and answers with the number of rows.
-- For CSV say (FORMAT csv, HEADER) instead, and leave the lists out.
-- Columns: Count
COPY (
    SELECT
        article_id, published_at, source_name, country, language, title, url, text, score, about, types, n_copies
    FROM conflict_articles
    ORDER BY published_at, article_id
) TO 'conflict_articles.parquet' (FORMAT parquet, COMPRESSION zstd);
