"""A small invented press, served on loopback: what `conflictwire demo` and the tests collect from.

Outlets, places, people and happenings are fiction, written for this project. `outlets/*.toml` holds every text in full,
one file an outlet; feeds and pages are made from them.
"""

from pipeline.sample.content import Expected, expected
from pipeline.sample.server import SampleFeed, Site, serve, write_feeds_toml

__all__ = ["Expected", "SampleFeed", "Site", "expected", "serve", "write_feeds_toml"]
