-- Columns with a closed list of words hold no other: a new word needs its place in the list and in the glossary first.
WITH strangers AS (
    SELECT 'fetches.outcome' AS place, outcome AS word, fetch_id AS id FROM fetches
    WHERE outcome NOT IN (SELECT outcomes.outcome FROM outcomes)
    UNION ALL
    SELECT 'fetches.kind' AS place, kind AS word, fetch_id AS id FROM fetches
    WHERE kind NOT IN ('feed', 'page', 'robots', 'archive')
    UNION ALL
    SELECT 'feeds.last_outcome' AS place, last_outcome AS word, feed_id AS id FROM feeds
    WHERE last_outcome NOT IN (SELECT outcomes.outcome FROM outcomes)
    UNION ALL
    SELECT 'articles.text_from' AS place, text_from AS word, article_id AS id FROM articles
    WHERE text_from NOT IN ('page', 'feed')
    UNION ALL
    SELECT 'articles.page_kind' AS place, page_kind AS word, article_id AS id FROM articles
    WHERE
        page_kind NOT IN (
            'article',
            'live_blog',
            'gallery',
            'video',
            'audio',
            'paywall',
            'index',
            'consent',
            'blocked',
            'login',
            'soft_404',
            'error',
            'parked',
            'shell',
            'repeated'
        )
    UNION ALL
    SELECT 'articles.published_precision' AS place, published_precision AS word, article_id AS id FROM articles
    WHERE published_precision NOT IN ('second', 'minute', 'day')
    UNION ALL
    SELECT 'articles.published_from' AS place, published_from AS word, article_id AS id FROM articles
    WHERE published_from NOT IN ('feed', 'json_ld', 'meta', 'microdata', 'time', 'text', 'url', 'site')
    UNION ALL
    SELECT 'relevance.label' AS place, label AS word, article_id AS id FROM relevance
    WHERE label NOT IN ('keep', 'review', 'drop')
    UNION ALL
    SELECT 'relevance.about' AS place, about AS word, article_id AS id FROM relevance
    WHERE about NOT IN ('event', 'related', 'none')
    UNION ALL
    SELECT 'duplicates.kind' AS place, kind AS word, article_id AS id FROM duplicates
    WHERE kind NOT IN ('same_url', 'same_text', 'near_text', 'wire_copy')
    UNION ALL
    SELECT 'article_urls.kind' AS place, kind AS word, article_id AS id FROM article_urls
    WHERE kind NOT IN ('requested', 'final', 'canonical', 'amp')
    UNION ALL
    SELECT 'revisions.kind' AS place, kind AS word, article_id AS id FROM revisions
    WHERE kind NOT IN ('typo', 'substantive', 'toll', 'headline', 'retraction')
    UNION ALL
    SELECT 'rechecks.outcome' AS place, outcome AS word, article_id AS id FROM rechecks
    WHERE outcome NOT IN (SELECT outcomes.outcome FROM outcomes)
    UNION ALL
    SELECT 'backfill_items.outcome' AS place, outcome AS word, item_id AS id FROM backfill_items
    WHERE
        outcome NOT IN (SELECT outcomes.outcome FROM outcomes)
        AND outcome NOT IN (
            'article',
            'seen_again',
            'known',
            'repeated',
            'read',
            'not_article',
            'not_wanted',
            'not_html',
            'not_response',
            'bad_status',
            'revisit',
            'cut',
            'wrong_digest',
            'wrong_length',
            'unreadable',
            'no_address',
            'over_budget',
            'live_feed',
            'no_capture'
        )
),

final AS (
    SELECT
        'words_are_of_their_lists' AS check_name,
        place || ' holds ' || word AS what,
        id
    FROM strangers
)

SELECT * FROM final;
