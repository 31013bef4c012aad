"""The only door to the network. See docs/decisions/0020-gateway.md.

==============  ==============================================================================
`gateway`       the order of things: address, robots, pace, exchange, redirects; one row at the end
`addresses`     what an address says and whether it may be dialled (pure)
`resolver`      names to addresses that passed, pinned for the dial
`robots`        may we ask for it, and how slowly?
`pace`          when may we start?
`exchange`      one request and its answer on the wire
`body`          bytes in, decoded bytes out, within bounds
`verdict`       what an answer amounts to (pure)
`headers`       what an answer's headers say (pure)
`limits`        every figure that bounds the above
`failure`       how a request ends early
==============  ==============================================================================
"""

from pipeline.http.gateway import Gateway, now_utc
from pipeline.http.limits import Limits

__all__ = ["Gateway", "Limits", "now_utc"]
