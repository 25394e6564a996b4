"""TLS that holds what nobody has decrypted: seen without a socket."""

from __future__ import annotations

import socket
import ssl

import pytest
import trustme

from sdkbase._wire.sockets import holds_more

_SERVER, _CLIENT = ssl.PROTOCOL_TLS_SERVER, ssl.PROTOCOL_TLS_CLIENT


class Pair:
    """Both ends of TLS in memory."""

    def __init__(self, version: ssl.TLSVersion) -> None:
        authority = trustme.CA()
        servers, clients = (ssl.SSLContext(kind) for kind in (_SERVER, _CLIENT))
        authority.issue_cert("a.example").configure_cert(servers)
        authority.configure_trust(clients)
        clients.maximum_version = version
        there, here = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.client = clients.wrap_bio(here, there, server_hostname="a.example")
        self.server = servers.wrap_bio(there, here, server_side=True)
        for end in (self.client, self.server, self.client, self.server):
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue


@pytest.fixture(params=[ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def pair(request: pytest.FixtureRequest) -> Pair:
    return Pair(request.param)


def test_an_idle_stream_holds_nothing(pair: Pair) -> None:
    # With TLS 1.3, the tickets of the session are there, which are no data.
    assert not holds_more(pair.client)
    pair.server.write(b"answer")
    assert pair.client.read(100) == b"answer"
    assert not holds_more(pair.client)


def test_a_further_record_is_seen(pair: Pair) -> None:
    pair.server.write(b"answer")
    pair.server.write(b"more")
    assert pair.client.read(100) == b"answer"
    assert holds_more(pair.client)


def test_an_end_is_seen(pair: Pair) -> None:
    with pytest.raises(ssl.SSLWantReadError):
        pair.server.unwrap()
    assert holds_more(pair.client)


def test_what_reads_from_a_socket_receives_no_more_than_it_decrypts() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert not holds_more(ours)
    assert not holds_more(None)
