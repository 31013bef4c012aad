"""Addresses are read the way that the system would dial them, and judged by a list of what is public."""

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.errors import Outcome
from pipeline.http.addresses import closed_reason, read_host, read_target
from pipeline.http.failure import FetchError

OCTAL, DECIMAL, HEX, PADDED = "0{:o}", "{:d}", "0x{:x}", "000{:o}"
v4 = st.integers(0, 2**32 - 1).map(IPv4Address)
v6 = st.integers(0, 2**128 - 1).map(IPv6Address)


@st.composite
def spelled_v4(draw):
    """An IPv4 address in one to four parts, each decimal, octal or hexadecimal."""
    number, n_parts = int(draw(v4)), draw(st.integers(1, 4))
    last_bits = 8 * (5 - n_parts)
    parts = [number >> shift & 255 for shift in (24, 16, 8)[: n_parts - 1]] + [number & 2**last_bits - 1]
    forms = draw(st.lists(st.sampled_from([OCTAL, DECIMAL, HEX, PADDED]), min_size=n_parts, max_size=n_parts))
    return ".".join(form.format(part) for form, part in zip(forms, parts, strict=True)), IPv4Address(number)


def as_the_system_reads(host):
    try:
        return socket.getaddrinfo(host, 80, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)[0][4][0]
    except (OSError, UnicodeError):
        return None


@given(spelled_v4())
def test_every_spelling_of_an_ipv4_address_is_that_address(pair):
    spelling, address = pair
    assert read_host(spelling) == str(address) == as_the_system_reads(spelling)


@given(st.text("0123456789abcdefx.", min_size=1, max_size=24))
@example("0x")
@example("1.2.3.08")
@example("127.0.0.1..")
def test_what_the_system_reads_as_a_number_never_passes_as_a_name(host):
    try:
        read = read_host(host)
    except FetchError:
        return
    assert read == (as_the_system_reads(host.removesuffix(".")) or read)
    assert as_the_system_reads(read) in (None, read)


@given(v4, st.sampled_from(["０１２３４５６７８９", "①", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗", "𝟶𝟷𝟸𝟹𝟺𝟻𝟼𝟽𝟾𝟿"]), st.sampled_from(".。．｡"))
def test_digits_of_other_scripts_are_digits(address, digits, dot):
    disguise = str.maketrans({str(i): digit for i, digit in enumerate(digits)} if len(digits) == 10 else {"1": "①"})
    assert read_host(str(address).translate(disguise).replace(".", dot)) == str(address)


@given(st.text(max_size=60))
@example("http://\udcff/")
@example("http://xn--a/")
@example("http://%00/")
@example("https://[::1%25]/")
@example("http://a\u2100b/")
def test_reading_an_address_ends_in_a_target_or_a_refusal(text):
    for url in (
        text,
        f"http://{text}",
        f"http://host/{text}",
        f"https://host:{text}/",
        f"http://{text}/?{text}#{text}",
    ):
        try:
            target = read_target(url)
        except FetchError as refused:
            assert refused.outcome in (Outcome.BAD_URL, Outcome.BLOCKED_ADDRESS)  # noqa: PT017 # a refusal is as good an end as a result
            continue
        assert target.url.isascii()
        assert not set(target.url) & set(' \r\n\t"<>\\^`{}')
        assert read_target(target.url).url == target.url


@given(v4)
@example(IPv4Address("224.0.0.1"))
@example(IPv4Address("192.88.99.1"))
@example(IPv4Address("168.63.129.16"))
def test_a_public_ipv4_address_is_one_by_the_standard_library_too(address):
    if closed_reason(str(address)) is None:
        assert address.is_global
        assert not address.is_multicast
        assert not address.is_reserved


@given(v6)
def test_a_public_ipv6_address_is_one_by_the_standard_library_too(address):
    if closed_reason(str(address)) is None:
        assert not any((address.is_private, address.is_multicast, address.is_link_local, address.is_site_local))
        assert address.sixtofour is None or closed_reason(str(address.sixtofour)) is None
        assert address.teredo is None


WRAPPERS = [
    "::ffff:{}",
    "64:ff9b::{}",
    "2606:4700::5efe:{}",
    "2606:4700::200:5efe:{}",
    "::{}",
    "::ffff:0:{}",
    "64:ff9b:1::{}",
]


@given(v4, st.sampled_from(WRAPPERS))
@example(IPv4Address("127.0.0.1"), "64:ff9b::{}")
def test_a_wrapped_address_is_no_more_public_than_what_it_carries(address, wrapper):
    if closed_reason(str(address)):
        assert closed_reason(wrapper.format(address))


@given(v4)
def test_a_6to4_address_is_no_more_public_than_what_it_carries(address):
    packed = f"{int(address):08x}"
    if closed_reason(str(address)):
        assert closed_reason(f"2002:{packed[:4]}:{packed[4:]}::1")


@pytest.mark.parametrize("address", ["93.184.216.34", "1.1.1.1", "223.255.255.254", "2606:4700::1", "2a00:1450::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "192.0.1.1", "172.15.0.1", "172.32.0.1", "100.63.0.1", "2002:808:808::1"])  # fmt: skip
def test_what_is_public_passes(address):
    assert closed_reason(address) is None


@pytest.mark.parametrize("address", ["", "example.com", "127.1", "1.2.3.4/8", "::1%lo", "2606:4700::1%eth0"])
def test_what_is_no_plain_address_does_not_pass(address):
    assert closed_reason(address)


@pytest.mark.parametrize(
    ("url", "requested", "written"),
    [
        ("HTTP://News.Example:80/A?b#c", "http://news.example/A?b", "news.example:80"),
        ("https://news.example", "https://news.example/", "news.example:443"),
        ("https://news.example:8443/x", "https://news.example:8443/x", "news.example:8443"),
        (" http://news.example./a b\n", "http://news.example/a%20b", "news.example.:80"),
        ("http://user:pw@news.example/", "http://news.example/", "news.example:80"),
        ("http://новости.example/é", "http://xn--b1amnebsh.example/%C3%A9", "новости.example:80"),
        ("http://[2606:4700:0::1]:8080/", "http://[2606:4700::1]:8080/", "[2606:4700:0::1]:8080"),
        ("http://news.example/%7Ea%zz?q=%20|[]", "http://news.example/%7Ea%zz?q=%20|[]", "news.example:80"),
        ("http://134744072/", "http://8.8.8.8/", "134744072:80"),
        ("http://under_score.example/", "http://under_score.example/", "under_score.example:80"),
    ],
)
def test_an_address_is_requested_as_it_stands_but_for_its_host(url, requested, written):
    target = read_target(url)
    assert (target.url, target.written) == (requested, written)


def test_a_number_is_an_address_to_everyone_below_us():
    assert ip_address(read_host("0x7f.1")) == IPv4Address("127.0.0.1")
