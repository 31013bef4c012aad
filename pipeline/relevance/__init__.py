"""Is this article about armed conflict? A score, a label and the reasons; see docs/definition.md for what counts.

`load` reads the lexicon and a profile once; `Assessor.assess` is pure, `judge` assesses the articles of a batch.
"""

from pipeline.relevance.assess import Assessor
from pipeline.relevance.definition import Reason, Relevance
from pipeline.relevance.read import judge, load

__all__ = ["Assessor", "Reason", "Relevance", "judge", "load"]
