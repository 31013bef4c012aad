"""How a request ends early."""

from datetime import datetime

from pipeline.errors import Outcome


class FetchError(Exception):
    """Ends one request with an outcome; caught by the gateway, never seen outside it."""

    def __init__(self, outcome: Outcome, note: str, *, retry_at: datetime | None = None) -> None:
        super().__init__(outcome, note)
        self.outcome = outcome
        self.note = note
        self.retry_at = retry_at
