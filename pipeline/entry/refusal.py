"""What a document is refused with."""


class Refusal(Exception):  # noqa: N818 - a verdict on the document, not an error of ours
    """The document isn't a feed that we read; its text says why, in one line."""
