"""WARC files of our own pages, sound and broken records mixed, and what has to become of each."""

import gzip
import json
from base64 import b32encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha1
from pathlib import Path
from random import Random

WHERE = ("valley", "harbour", "old quarter", "border post", "river crossing", "northern district", "airfield", "market")
WHO = ("villagers", "medics", "officials", "witnesses", "the mayor", "a nurse", "two drivers", "aid workers")
DID = ("said", "told reporters", "reported", "confirmed", "denied", "recalled", "wrote", "insisted")
WHAT = (
    "shells struck the school before dawn",
    "a convoy of trucks was turned back",
    "seven people were wounded by gunfire",
    "power had been cut for three days",
    "troops withdrew towards the hills",
    "the bridge could no longer be crossed",
    "families slept in cellars for a week",
    "negotiators would meet again on Monday",
)
BROKEN = ("cut", "wrong_digest", "wrong_length", "not_html", "revisit", "not_response", "bad_status")


@dataclass(frozen=True)
class Sown:
    """One record as it was written: its address, and the outcome it has to come to."""

    url: str
    outcome: str


def page(number: int, random: Random, *, n_paragraphs: int = 12, n_noise: int = 0) -> bytes:
    """Make a page; `n_noise` bytes of it are what scripts carry along, and hardly compress."""
    title = f"{random.choice(WHO).capitalize()} of the {random.choice(WHERE)}: report {number}"
    said = [
        f"<p>In the {random.choice(WHERE)}, {random.choice(WHO)} {random.choice(DID)} that {random.choice(WHAT)}, and "
        f"{random.choice(WHO)} {random.choice(DID)} that {random.choice(WHAT)}. It was count {random.randrange(10**6)}.</p>"
        for _ in range(n_paragraphs)
    ]
    menu = "".join(f"<li><a href='/s/{n}'>Section {n}</a></li>" for n in range(30))
    style = "".join(f".c{n}{{margin:{n}px;color:#{random.randrange(16**6):06x}}}" for n in range(150))
    state = json.dumps({f"k{n}": random.randbytes(750).hex() for n in range(n_noise // 1500)})
    return (
        f"<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'><title>{title}</title><style>{style}</style>"
        f"<script>window.state={state}</script>"
        f"</head><body><nav><ul>{menu}</ul></nav><article><h1>{title}</h1>{''.join(said)}</article>"
        f"<footer>All rights reserved.</footer></body></html>"
    ).encode()


def record(kind: str, url: str, at: datetime, block: bytes, *, payload: bytes | None = None, **said: str) -> bytes:
    fields = {
        "WARC-Type": kind,
        "WARC-Date": f"{at.replace(tzinfo=None).isoformat()}Z",
        "WARC-Record-ID": f"<urn:uuid:{sha1((url + kind).encode()).hexdigest()}>",
        "WARC-Target-URI": url,
        "Content-Type": "application/http; msgtype=response",
        "WARC-Block-Digest": digest(block),
        "Content-Length": str(len(block)),
    }
    if payload is not None:
        fields["WARC-Payload-Digest"] = digest(payload)
    fields |= {name.replace("_", "-"): value for name, value in said.items()}
    head = "\r\n".join(["WARC/1.0", *(f"{name}: {value}" for name, value in fields.items())])
    return head.encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def digest(content: bytes) -> str:
    return "sha1:" + b32encode(sha1(content).digest()).decode()


def response(
    url: str, at: datetime, body: bytes, *, status: str = "200 OK", kind: str = "text/html", **said: str
) -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return record("response", url, at, head.encode() + body, payload=body, **said)


def broken(how: str, url: str, at: datetime, body: bytes) -> bytes:
    sound = response(url, at, body)
    if how == "cut":
        return sound[: len(sound) // 2]
    if how == "wrong_digest":
        return response(url, at, body.replace(b"count", b"c0unt"), WARC_Payload_Digest=digest(body))
    if how == "wrong_length":
        return response(url, at, body, Content_Length=str(len(body) // 2))
    if how == "not_html":
        return response(url, at, b"%PDF-1.7 " + body, kind="application/pdf")
    if how == "revisit":
        return record("revisit", url, at, b"HTTP/1.1 200 OK\r\n\r\n")
    if how == "bad_status":
        return response(url, at, body, status="503 Service Unavailable")
    return record("request", url, at, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")


def sow(
    path: Path, n: int, *, seed: int = 7, share_broken: float = 0.02, n_paragraphs: int = 12, n_noise: int = 0
) -> list[Sown]:
    """Write `n` records, a share of them broken each in its way, into a file whose name tells how; return all."""
    sown = []
    with path.open("wb") as file:
        for one, content in records(
            n, seed=seed, share_broken=share_broken, n_paragraphs=n_paragraphs, n_noise=n_noise
        ):
            sown.append(one)
            if path.suffix == ".gz":
                member = gzip.compress(content, 1)
                file.write(member[: len(member) // 2] if one.outcome == "cut" else member)
            else:
                file.write(content[: len(content) // 2] if one.outcome == "cut" else content)
    return sown


def records(
    n: int, *, seed: int, share_broken: float, n_paragraphs: int, n_noise: int = 0
) -> Iterator[tuple[Sown, bytes]]:
    random = Random(seed)
    for number in range(n):
        url = f"https://paper{number % 7}.example/2023/05/{number}-report-from-the-field"
        at = datetime(2023, 5, 4, 6, tzinfo=UTC) + timedelta(seconds=number)
        body = page(number, random, n_paragraphs=n_paragraphs, n_noise=n_noise)
        if random.random() < share_broken:
            how = BROKEN[random.randrange(len(BROKEN))]
            whole = response(url, at, body) if how == "cut" else broken(how, url, at, body)
            yield Sown(url, how), whole
        else:
            yield Sown(url, "article"), response(url, at, body)
