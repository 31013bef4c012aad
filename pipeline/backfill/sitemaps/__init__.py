"""Sitemaps: what a site lists for search engines, month by month → the addresses of its pages of then.

The protocol is that of sitemaps.org (https://www.sitemaps.org/protocol.html), with Google's news extension
(https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap). Its `lastmod` is no date of
publication: all that it says is that a page which was last changed before the window wasn't published in it.
"""

from pipeline.backfill.sitemaps.plan import plan
from pipeline.backfill.sitemaps.step import NAME, step
from pipeline.backfill.source import Source

SOURCE = Source(name=NAME, about="sites and sitemaps: pages that they list for search engines", plan=plan, step=step)
