"""Which language is a text in, by itself and by what its page declares?"""

import pytest

from pipeline.article.language import settle


@pytest.mark.parametrize(
    ("declared", "identified", "confidence", "settled"),
    [
        ("en-GB", "en", 1.0, ("en-GB", 1.0)),
        ("EN_us", "en", 0.4, ("en-US", 0.4)),
        ("zh-hans-cn", "zh", 1.0, ("zh-Hans-CN", 1.0)),
        ("en", "zu", 0.99, ("zu", 0.99)),
        ("en", "zu", 0.5, ("en", None)),
        ("nb-NO", "da", 1.0, ("nb-NO", None)),
        ("iw", "he", 1.0, ("he", 1.0)),
        (None, "fr", 0.9, ("fr", 0.9)),
        ("fr", None, None, ("fr", None)),
        ("und", "fr", 0.9, ("fr", 0.9)),
        ("english please", "fr", 0.9, ("fr", 0.9)),
        (None, None, None, (None, None)),
    ],
)
def test_the_text_tells_the_language_and_the_page_its_region(declared, identified, confidence, settled):
    assert settle(declared, identified, confidence) == settled
