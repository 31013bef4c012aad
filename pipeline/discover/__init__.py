"""Which feeds has a site? Asks it politely, in at most 25 requests, and reads what answers.

Candidates come from the site's page (links in its head, links that look like feeds in its body), from the sitemaps that
robots.txt names, and from paths where sites usually keep feeds; what is no feed but names some, a page that lists them
or an index of sitemaps, is followed once. Nothing is archived or recorded: a person asks, a person reads the answer.
"""

from pipeline.discover.links import Candidate, candidates
from pipeline.discover.look import BUDGET, Found, discover

__all__ = ["BUDGET", "Candidate", "Found", "candidates", "discover"]
