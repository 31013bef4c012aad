"""One running site for all tests of a module, and a plain client."""

from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlsplit

import pytest

from pipeline.sample import Site, serve


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with serve() as site:
        yield site


class Client:
    """Asks the site over one kept-alive connection."""

    def __init__(self, base_url):
        self.connection = HTTPConnection(urlsplit(base_url).netloc, timeout=5)

    def get(self, path, *, method="GET", **headers) -> tuple[HTTPResponse, bytes]:
        self.connection.request(method, path, headers={k.replace("_", "-"): v for k, v in headers.items()})
        response = self.connection.getresponse()
        return response, response.read()


@pytest.fixture(scope="module")
def client(site) -> Iterator[Client]:
    client = Client(site.base_url)
    yield client
    client.connection.close()
