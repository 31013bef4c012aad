"""What do we poll? Feeds files, OPML lists and single addresses, read and written. No network.

A feeds file is TOML with one `[[feed]]` table a feed: `url` (asked for exactly as written), and, each of them optional,
`name`, `outlet`, `country` (the outlet's), `language`, `kind`, `status`, `from` (where the address comes from),
`as_of` (since when) and `tag`. Files that end in `.toml` are read as that, any other file as OPML.
"""

import os
import re
import shutil
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path

import tomlkit
from lxml import etree

from pipeline.errors import InputError
from pipeline.url import normalize_url, short_hash

KINDS = ("wire", "outlet", "official", "NGO")
COUNTRIES = frozenset(
    """ABW AFG AGO AIA ALA ALB AND ARE ARG ARM ASM ATA ATF ATG AUS AUT AZE BDI BEL BEN BES BFA BGD BGR BHR BHS BIH BLM
    BLR BLZ BMU BOL BRA BRB BRN BTN BVT BWA CAF CAN CCK CHE CHL CHN CIV CMR COD COG COK COL COM CPV CRI CUB CUW CXR CYM
    CYP CZE DEU DJI DMA DNK DOM DZA ECU EGY ERI ESH ESP EST ETH FIN FJI FLK FRA FRO FSM GAB GBR GEO GGY GHA GIB GIN GLP
    GMB GNB GNQ GRC GRD GRL GTM GUF GUM GUY HKG HMD HND HRV HTI HUN IDN IMN IND IOT IRL IRN IRQ ISL ISR ITA JAM JEY JOR
    JPN KAZ KEN KGZ KHM KIR KNA KOR KWT LAO LBN LBR LBY LCA LIE LKA LSO LTU LUX LVA MAC MAF MAR MCO MDA MDG MDV MEX MHL
    MKD MLI MLT MMR MNE MNG MNP MOZ MRT MSR MTQ MUS MWI MYS MYT NAM NCL NER NFK NGA NIC NIU NLD NOR NPL NRU NZL OMN PAK
    PAN PCN PER PHL PLW PNG POL PRI PRK PRT PRY PSE PYF QAT REU ROU RUS RWA SAU SDN SEN SGP SGS SHN SJM SLB SLE SLV SMR
    SOM SPM SRB SSD STP SUR SVK SVN SWE SWZ SXM SYC SYR TCA TCD TGO THA TJK TKL TKM TLS TON TTO TUN TUR TUV TWN TZA UGA
    UKR UMI URY USA UZB VAT VCT VEN VGB VIR VNM VUT WLF WSM YEM ZAF ZMB ZWE XKX""".split()  # noqa: SIM905 250 quoted codes would fill the page
)
"""ISO 3166-1 alpha-3, and XKX, the code in common use for Kosovo."""

_LANGUAGE = re.compile(r"([a-z]{2,3})(?:-([a-z]{4}))?(?:-([a-z]{2}|[0-9]{3}))?", re.ASCII | re.IGNORECASE)
# C0, C1, surrogates and noncharacters: no XML can carry them and no reader wants them
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]+")
_HEADER = re.compile(r"\s*\[\[\s*feed\s*\]\]")
_BARE_AMPERSAND = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});)")
_OURS = "{urn:conflictwire:feeds}"
_ONLY_OURS = ("outlet", "country", "kind", "status", "from", "as_of")  # OPML has no attribute for these


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One feed to poll, and what is known of it; unknown fields are empty.

    Texts are cleaned of control characters and cut at 1,000 characters, `language` takes BCP 47's usual case. Raises
    InputError when `url` is not http(s), `kind` not one of KINDS, `country` not one of COUNTRIES, `language` not
    language-Script-REGION (or a part of it) or `as_of` not an ISO date.
    """

    url: str
    name: str = ""
    outlet: str = ""
    country: str = ""
    language: str = ""
    kind: str = ""
    status: str = "unverified"
    from_: str = ""
    as_of: str = ""
    tag: str = ""

    def __post_init__(self) -> None:
        cleaned = {field.name: _clean(getattr(self, field.name))[:1_000].rstrip() for field in fields(self)}
        cleaned |= {"url": _clean(self.url).replace(" ", ""), "status": cleaned["status"] or "unverified"}
        cleaned |= {"language": _language(cleaned["language"]), "as_of": _date(cleaned["as_of"])}
        for name, value in cleaned.items():
            object.__setattr__(self, name, value)
        normalize_url(self.url)
        if self.kind not in ("", *KINDS):
            raise InputError(f"kind {self.kind!r} is none of {', '.join(KINDS)}")
        if self.country and self.country not in COUNTRIES:
            raise InputError(f"country {self.country!r} is not an ISO 3166 alpha-3 code such as UKR")


_NAMES = {field.name.rstrip("_"): field.name for field in fields(Subscription)}  # as written: as in Python


def feed_id(url: str) -> str:
    """Return the 16 hex digits that stand for a feed: equal for spellings of one address. Raises BadUrlError."""
    return short_hash(normalize_url(url), length=16)


def read(paths_or_urls: Sequence[str | Path]) -> list[Subscription]:
    """Read feeds files, OPML files and http(s) addresses of feeds, in this order; of equal feeds the first is kept.

    Raises InputError, naming file, line or entry and the cure, for the first thing that can't be used.
    """
    found: dict[str, Subscription] = {}
    for given in paths_or_urls:
        for subscription in _read_one(str(given)):
            found.setdefault(feed_id(subscription.url), subscription)
    return list(found.values())


def add(path: Path, subscription: Subscription) -> bool:
    """Append `subscription` to the feeds file at `path` (made if missing); what is there stays as it is, to the byte.

    Returns False, with nothing written, when the file has the feed already. Raises InputError.
    """
    text = _decode(_bytes(path), str(path)) if path.exists() else ""
    if feed_id(subscription.url) in {feed_id(known.url) for known in from_toml(text, str(path))}:
        return False
    gap = "" if not text else "\n" if text.endswith("\n") else "\n\n"
    longer = text + gap + to_toml([subscription])
    from_toml(longer, str(path))  # a file whose feeds are one inline array can't be appended to: say so, don't break it
    _replace(path, longer)
    return True


def write_toml(path: Path, subscriptions: Iterable[Subscription]) -> None:
    """Write a feeds file, atomically, over whatever was at `path`. Raises InputError when it can't be written."""
    _replace(path, to_toml(subscriptions))


def to_toml(subscriptions: Iterable[Subscription]) -> str:
    """Return the text of a feeds file; empty fields are left out."""
    tables = tomlkit.aot()
    for subscription in subscriptions:
        table: dict[str, object] = {key: getattr(subscription, name) for key, name in _NAMES.items()}
        table["as_of"] = subscription.as_of and date.fromisoformat(subscription.as_of)
        tables.append(tomlkit.item({key: value for key, value in table.items() if value}))
    return tomlkit.dumps({"feed": tables}) if tables else ""


def from_toml(text: str, where: str) -> list[Subscription]:
    """Read the text of a feeds file; `where` names it in errors. Raises InputError."""
    try:
        document = tomllib.loads(text.removeprefix("\ufeff"))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"{where}: not TOML: {error or 'nested too deep'}; correct it there") from None
    tables = document.pop("feed", [])
    if document or not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise InputError(f"{where}: holds {', '.join(document) or 'a feed'} where only [[feed]] tables belong")
    places = [f"{where}:{number}" for number, line in enumerate(text.split("\n"), 1) if _HEADER.match(line)]
    if len(places) != len(tables):  # a header within a text, or an inline array: no line is better than a wrong one
        places = [f"{where}: feed {number}" for number in range(1, len(tables) + 1)]
    return [_from_table(table, place) for table, place in zip(tables, places, strict=True)]


def to_opml(subscriptions: Iterable[Subscription]) -> bytes:
    """Return an OPML 2.0 document. What OPML has no attribute for is kept in ones of our own namespace."""
    root = etree.Element("opml", {"version": "2.0"}, nsmap={"conflictwire": _OURS.strip("{}")})
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "conflictwire feeds"
    body = etree.SubElement(root, "body")
    for one in subscriptions:
        attributes = {"type": "rss", "text": one.name or one.url, "title": one.name, "xmlUrl": one.url}
        attributes |= {"language": one.language, "category": one.tag}
        attributes |= {_OURS + key: getattr(one, _NAMES[key]) for key in _ONLY_OURS}
        etree.SubElement(body, "outline", {name: value for name, value in attributes.items() if value})
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def from_opml(data: bytes, where: str) -> list[Subscription]:
    """Read an OPML document; the folders around a feed, or its `category`, become its tag. Raises InputError.

    A DTD is refused before any of it is read. Bare ampersands, as real lists have them, are forgiven.
    """
    try:
        try:
            outlines = _parse(data)
        except etree.XMLSyntaxError:
            outlines = _parse(_BARE_AMPERSAND.sub(b"&amp;", data))
    except etree.XMLSyntaxError as error:
        said = " ".join(error.msg.split())  # libxml2 breaks some of its lines
        raise InputError(f"{where}: not an OPML file: {said}; correct it there or export the list again") from None
    except InputError as error:
        raise InputError(f"{where}: {error}") from None
    entries = [_from_outline(outline) for outline in outlines]
    return [_subscription(entry, _entry(f"{where}: feed {n}", entry)) for n, entry in enumerate(entries, 1)]


class _Outlines:
    """Parser target: gathers the outlines that have an xmlUrl, each with the folders around it under `folders`."""

    def __init__(self) -> None:
        self.folders: list[str] = []  # one for every open element, empty for those that are no folder
        self.found: list[dict[str, str]] = []

    def doctype(self, _name: str, _public: str | None, _system: str | None) -> None:
        raise InputError("has a DTD, which no OPML needs and which can do harm; remove its <!DOCTYPE …>")

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if not self.folders and tag.lower() != "opml":
            raise InputError(f"not an OPML file: its root is <{tag}>; give the address of a feed itself, not its file")
        outline = {name.lower(): value for name, value in attributes.items()}
        is_feed = tag.lower() == "outline" and bool(_clean(outline.get("xmlurl", "")))
        if is_feed:
            self.found.append(outline | {"folders": "/".join(filter(None, self.folders))})
        self.folders.append("" if is_feed else _clean(outline.get("title") or outline.get("text", "")))

    def end(self, _tag: str) -> None:
        self.folders.pop()

    def close(self) -> list[dict[str, str]]:
        return self.found


def _parse(data: bytes) -> list[dict[str, str]]:
    # "internal": with False, libxml2 hands &amp; in an attribute on as &#38;. No DTD gets past doctype(), so there is
    # nothing to resolve but XML's own five entities.
    target = _Outlines()
    options = {"resolve_entities": "internal", "no_network": True, "huge_tree": False, "load_dtd": False}
    parser = etree.XMLParser(target=target, **options)  # type: ignore[call-overload] # wants a base only its stubs have
    etree.fromstring(data, parser)
    return target.found


def _from_outline(outline: Mapping[str, str]) -> dict[str, str]:
    text = outline.get("text", "")
    values = {_NAMES[key]: outline.get(_OURS + key, "") for key in _ONLY_OURS}
    values |= {"url": outline["xmlurl"], "tag": outline.get("category") or outline["folders"]}
    values["name"] = outline.get("title") or ("" if text == outline["xmlurl"] else text)
    with suppress(InputError):  # other programs write `unknown` and the like here: no reason to refuse the list
        values["language"] = _language(_clean(outline.get("language", "")))
    return values


def _from_table(table: Mapping[str, object], place: str) -> Subscription:
    values = {key: value.isoformat() if isinstance(value, date) else value for key, value in table.items()}
    where = _entry(place, values)
    if unknown := values.keys() - _NAMES.keys():
        raise InputError(f"{where}: unknown key {min(unknown)!r}; known are {', '.join(_NAMES)}: correct or remove it")
    if wrong := [key for key, value in {"url": None, **values}.items() if not isinstance(value, str)]:
        raise InputError(f"{where}: needs {wrong[0]}, a text in quotes")
    return _subscription({_NAMES[key]: str(value) for key, value in values.items()}, where)


def _entry(place: str, values: Mapping[str, object]) -> str:
    return f"{place} ({values.get('name') or values.get('url') or 'nameless'!r:.100})"


def _subscription(values: Mapping[str, str], where: str) -> Subscription:
    try:
        return Subscription(**values)
    except InputError as error:
        raise InputError(f"{where}: {error}; correct or remove it") from None


def _read_one(given: str) -> list[Subscription]:
    if re.match(r"https?://", given, re.IGNORECASE):
        return [Subscription(url=given)]
    data = _bytes(Path(given))
    return from_toml(_decode(data, given), given) if given.endswith(".toml") else from_opml(data, given)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{path}: can't be read: {reason}; give a feeds file, OPML or an http(s) address") from None


def _decode(data: bytes, where: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(f"{where}:{line}: not UTF-8, which TOML must be; save it as UTF-8") from None


def _replace(path: Path, text: str) -> None:
    """Write `text` beside `path` and rename it there, so that a reader sees the old file or the new one."""
    target = path.resolve()  # a link stays a link
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, part)
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise InputError(f"{path}: can't be written: {error.strerror}") from None


def _clean(text: str) -> str:
    return " ".join(_CONTROLS.sub(" ", text).split())


def _language(text: str) -> str:
    if not text:
        return ""
    if not (match := _LANGUAGE.fullmatch(text)):
        raise InputError(f"language {text!r} is not a BCP 47 tag such as uk, sr-Latn or pt-BR")
    language, script, region = match.groups()
    return "-".join(filter(None, (language.lower(), script and script.title(), region and region.upper())))


def _date(text: str) -> str:
    try:
        return text and date.fromisoformat(text).isoformat()
    except ValueError:
        raise InputError(f"as_of {text!r} is not a date such as 2026-11-23") from None
