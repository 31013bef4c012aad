"""Redirects are followed by us, hop by hop, under the same rules as the first request."""

import asyncio

import pytest

from pipeline.errors import Outcome
from pipeline.types import Request

from .server import Server, answer

HTML = b"<!doctype html><html><body><p>Some text.</p></body></html>"
DEEP = "/2026/03/an-article"


def to(where, status=302):
    return answer(status, b"", f"Location: {where}")


def chain(n, status=302):
    return {f"/{i}": to(f"/{i + 1}", status) for i in range(n)} | {f"/{n}": answer(200, HTML)}


def test_a_chain_is_one_row_with_all_its_addresses(visit):
    response, server = visit(chain(3), "/0")
    base = f"http://127.0.0.1:{server.port}"
    assert response.body == HTML
    assert response.fetch.redirects == (f"{base}/0", f"{base}/1", f"{base}/2")
    assert response.fetch.final_url == f"{base}/3"
    assert response.fetch.url == f"{base}/0"


def test_five_hops_are_followed_and_no_sixth(visit):
    assert visit(chain(5), "/0")[0].fetch.outcome is Outcome.OK
    response, server = visit(chain(6), "/0")
    assert response.fetch.outcome is Outcome.REDIRECT_LIMIT
    assert "/6" not in server.paths


@pytest.mark.parametrize(
    "routes",
    [{"/a": to("/a")}, {"/a": to("/b"), "/b": to("/a")}, {"/a": to("/b"), "/b": to("/b#again")}, {"/a": to("http://")}],
)
def test_a_loop_is_noticed_at_once(visit, routes):
    response, server = visit(routes, "/a")
    assert response.fetch.outcome is Outcome.REDIRECT_LOOP
    assert len(server.paths) <= 3
    assert response.fetch.permanent_url is None


@pytest.mark.parametrize(
    "where",
    ["javascript:alert(1)", "file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1:70/", "mailto:a@b", "http://[::1", "data:text/html,x", "http://a b/", "http://[v1.x]/", "http://127.0.0.1:99999/", "/" + "x" * 3000],
)  # fmt: skip
def test_a_redirect_to_no_http_address_is_invalid(visit, where):
    assert visit({DEEP: to(where)})[0].fetch.outcome is Outcome.REDIRECT_INVALID


def test_a_redirect_without_a_location_is_invalid(visit):
    assert visit(answer(302))[0].fetch.outcome is Outcome.REDIRECT_INVALID


@pytest.mark.parametrize(("where", "path"), [("other", "/2026/03/other"), ("../x", "/2026/x"), ("?page=2", DEEP + "?page=2"), ("//127.0.0.1:{port}/y", "/y"), ("/z#part", "/z"), ("/caf\u00e9", "/caf%C3%A9"), ("/a b", "/a%20b"), ("HTTP://127.0.0.1:{port}/q", "/q")])  # fmt: skip
def test_relative_and_untidy_locations_are_understood(visit, where, path):
    response, _ = visit({DEEP: to(where), path: answer(200, HTML)})
    assert response.fetch.outcome is Outcome.OK
    assert response.fetch.final_url.endswith(path)


def test_only_a_chain_of_permanent_redirects_names_a_new_address(visit):
    response, _ = visit(chain(2, status=301), "/0")
    assert response.fetch.permanent_url == response.fetch.final_url
    assert visit(chain(2) | {"/0": to("/1", 308)}, "/0")[0].fetch.permanent_url is None
    assert visit({DEEP: answer(200, HTML)})[0].fetch.permanent_url is None


def test_validators_stay_with_their_origin(open_gateway):
    async def run():
        here, there = Server({}), Server({"*": answer(200, HTML)})
        async with here.running(), there.running(), open_gateway(here.port, there.port) as gateway:
            here.routes = {"/a": to("/b"), "/b": to(f"http://127.0.0.1:{there.port}/c")}
            asked = Request(url=f"http://127.0.0.1:{here.port}/a", kind="feed", etag='"v"', last_modified="x")
            return await gateway.get(asked), here, there

    response, here, there = asyncio.run(run())
    assert response.fetch.outcome is Outcome.OK
    assert "if-none-match" in here.asked("/b")
    assert "if-none-match" not in there.asked("/c")
    assert "if-modified-since" not in there.asked("/c")
    assert f"host: 127.0.0.1:{there.port}" in there.asked("/c")


def test_robots_are_asked_at_every_host_of_a_chain(open_gateway):
    async def run():
        here, there = Server({}), Server({"/robots.txt": answer(200, b"User-agent: *\nDisallow: /"), "/c": answer(200)})
        async with here.running(), there.running(), open_gateway(here.port, there.port) as gateway:
            here.routes = {"/a": to(f"http://127.0.0.1:{there.port}/c")}
            return await gateway.get(Request(url=f"http://127.0.0.1:{here.port}/a", kind="page")), there

    response, there = asyncio.run(run())
    assert response.fetch.outcome is Outcome.ROBOTS
    assert there.paths == ["/robots.txt"]


@pytest.mark.parametrize("where", ["http://consent.example/collect?to=x", "https://guce.example/", "/consent?return=%2F", "/privacy-gate/"])  # fmt: skip
@pytest.mark.parametrize("kind", ["page", "feed"])
def test_a_consent_wall_is_recognised_and_not_entered(visit, where, kind):
    response, server = visit({DEEP: to(where)}, kind=kind)
    assert response.fetch.outcome is Outcome.CONSENT
    assert server.paths == ["/robots.txt", DEEP]


def test_an_article_on_consent_is_no_consent_wall(visit):
    routes = {"/consent/a-new-law": to("/consent/a-new-law-passed"), "/consent/a-new-law-passed": answer(200, HTML)}
    assert visit(routes, "/consent/a-new-law")[0].fetch.outcome is Outcome.OK


@pytest.mark.parametrize(
    "where", ["/", "/index.html", "/en/", "/404", "/404.html", "/errors/not-found", "/page-not-found/"]
)
def test_a_missing_page_that_says_200_is_a_soft_404(visit, where):
    response, _ = visit({DEEP: to(where), where: answer(200, HTML)})
    assert response.fetch.outcome is Outcome.SOFT_404
    assert response.body == b""


def test_a_front_page_may_redirect_to_another(visit):
    assert visit({"/": to("/en/"), "/en/": answer(200, HTML)}, "/")[0].fetch.outcome is Outcome.OK


def test_a_feed_that_lands_on_a_front_page_is_left_to_its_parser(visit):
    assert visit({DEEP: to("/"), "/": answer(200, HTML)}, kind="feed")[0].fetch.outcome is Outcome.OK
