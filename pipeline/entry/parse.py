"""One feed document, whatever it is, to entries. Pure: reads no clock, opens nothing, never raises."""

from datetime import datetime

from pipeline.entry.assemble import assemble
from pipeline.entry.document import read_document
from pipeline.entry.refusal import Refusal
from pipeline.types import ParsedFeed


def parse_feed(body: bytes, *, feed_id: str, feed_url: str, content_type: str | None, seen_at: datetime) -> ParsedFeed:
    """Return what the feed document `body` says, in its order, at most 2,000 entries.

    `feed_url` is where it was had from, after redirects; `content_type` the header as sent; `seen_at`, aware UTC, when.
    A document that can only be read in part has `problem` set; one that isn't a feed or isn't safe to read is refused.
    Nothing is fetched or opened. Time and memory are bounded for all that is known to hurt a parser; against what isn't
    known, call it in a pipeline.isolate.Pool.
    """
    try:
        document = read_document(body, content_type)
        return assemble(document, feed_id=feed_id, feed_url=feed_url, seen_at=seen_at)
    except Refusal as refusal:
        reason = str(refusal)
    except Exception as error:  # noqa: BLE001 - a parser's surprise is this feed's problem, and nobody else's
        reason = f"{type(error).__name__}: {error}"[:200]
    return ParsedFeed(title=None, language=None, entries=(), format=None, problem=reason, is_refused=True)
