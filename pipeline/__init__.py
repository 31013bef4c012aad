"""conflictwire: news feeds to tables about armed conflict.

The package reads as the flow: feed → entry → page → article → duplicate → story → relevance → load.
"""

__version__ = "0.1.0"
