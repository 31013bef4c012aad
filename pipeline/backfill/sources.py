"""The sources of the past, by name."""

from pipeline.backfill import gdelt, lists, live, paged, sitemaps, snapshots, warcs, wayback
from pipeline.backfill.source import Source

SOURCES: dict[str, Source] = {
    source.name: source
    for source in (
        warcs.SOURCE,
        lists.SOURCE,
        snapshots.SOURCE,
        wayback.SOURCE,
        gdelt.SOURCE,
        sitemaps.SOURCE,
        paged.SOURCE,
        live.SOURCE,
    )
}
