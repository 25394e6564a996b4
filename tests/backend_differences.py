"""Which tests on the wire do not run on a transport, and why; what comes out another way on it."""

from __future__ import annotations

OWN = "sends by a client or a transport that the test hands in"
BLOCKED = "nothing wakes a thread that reads, so this takes until TimeoutConfig.read"
CLOSED = "nothing could wake a thread that reads on, so the connection is closed at once"
NOTHING = "is refused before anything is sent"
SAME = "says nothing of what carries it; tests/faults and test_nginx.py run on it"
OF_LOOP = "a client that is handed in belongs to one event loop, and to one process"
RACING = "the HTTP/2 state of its pool is not made for threads, which get into each other's way"

NOT_REQWEST: dict[str, str] = {
    "tests/_async/test_downloads_targets.py::"
    "test_a_target_that_can_not_be_is_refused_before_anything_is_sent": NOTHING,
    "tests/_async/test_downloads_targets.py::"
    "test_a_folder_that_is_not_writable_is_refused": NOTHING,
    "tests/_async/test_downloads_targets.py::"
    "test_a_link_in_the_place_of_the_part_is_refused": NOTHING,
    "tests/_async/test_downloads_targets.py::test_wrong_arguments_are_refused": NOTHING,
    "tests/_async/test_http_client.py::test_the_users_client_is_used_with_all_that_it_adds": OWN,
    "tests/_async/test_http_client.py::test_the_users_client_stays_open": OWN,
    "tests/_async/test_http_client.py::test_event_hooks_of_the_users_client_run": OWN,
    "tests/_async/test_http_client.py::test_timeouts_of_the_users_client_hold": OWN,
    "tests/_async/test_http_client.py::test_retries_redirects_and_metrics_are_still_ours": OWN,
    "tests/_async/test_http_client.py::test_an_absolute_url_and_no_base": OWN,
    "tests/_async/test_http_client.py::"
    "test_a_stream_of_the_users_client_gives_its_connection_back": OWN,
    "tests/_async/test_http_client.py::"
    "test_an_httpx_transport_is_used_and_closed_with_the_client": OWN,
    "tests/_async/test_http_client.py::test_the_default_transport_can_be_made_by_hand": OWN,
    "tests/_async/test_life.py::test_the_copy_ends_with_the_client": OWN,
    "tests/_async/test_connections.py::test_a_connection_idle_for_too_long_is_not_used_again": (
        "idle time is the engine's own, not the client's clock; tests/faults/test_connections.py "
        "waits for it"
    ),
    "tests/_async/test_respx.py": "respx takes the place of httpcore, which is not there",
    "tests/_async/test_results.py::test_head_with_the_headers_of_a_compressed_body_is_fine": OWN,
    "tests/_async/test_streaming.py::test_a_users_own_transport_gets_its_connection_back": OWN,
    "tests/_async/test_tls.py::test_a_context_of_the_users_own": (
        "takes no ssl.SSLContext; tests/faults/test_differences.py shows how it refuses one"
    ),
    "tests/_async/test_transport_life.py::test_a_closed_transport_says_so": OWN,
    "tests/_async/test_truncated_errors.py::test_a_client_of_the_users_own_does_the_same": OWN,
    "tests/_async/test_uploads.py::test_bodies_go_through_a_client_of_the_users_own": OWN,
    "tests/_sync/test_event_streams.py::"
    "test_after_the_last_event_the_connection_is_used_again": CLOSED,
    "tests/_sync/test_event_streams_reconnect.py::"
    "test_a_stream_that_is_closed_while_someone_reads_it_is_not_opened_again": BLOCKED,
    "tests/_sync/test_item_streams.py::test_a_stream_can_be_closed_while_someone_reads_it": BLOCKED,
    "tests/faults/test_canary.py::test_a_wrong_call_does_not_show_the_secret": NOTHING,
    "tests/faults/test_canary.py::test_a_wrong_setting_does_not_show_the_secret": NOTHING,
    "tests/faults/test_deadline.py::test_a_deadline_that_passes_during_the_name_lookup": (
        "the engine looks names up by itself"
    ),
    "tests/faults/test_keyboard_interrupt.py::test_an_interrupt_at_every_moment_inside_httpcore": (
        "there is no httpcore in it"
    ),
    "tests/faults/test_loops_and_threads.py::test_a_fork_opens_connections_of_its_own": (
        "can not be used in a forked child; tests/_async/test_global_loops.py shows that it says so"
    ),
    "tests/faults/test_token_canary.py::test_a_wrong_setting_does_not_show_the_secret": NOTHING,
    "tests/servers/test_oauth2_server.py": SAME,
}

INTERRUPTED = "an interrupt may leave a connection of its pool taken for ever"
TOKENS = "requests for tokens go the same way as the calls of test_canary.py, which run on it"
HALF_OPEN = "closes under calls that are under way, which then leave sockets to the collection"

NOT_HTTPX2: dict[str, str] = {
    "tests/faults/test_http2.py::test_threads_do_not_get_into_each_others_way": RACING,
    "tests/faults/test_keyboard_interrupt.py::test_three_hundred_random_interrupts": INTERRUPTED,
    "tests/faults/test_keyboard_interrupt.py::test_an_interrupt_at_every_moment": INTERRUPTED,
    "tests/faults/test_keyboard_interrupt.py::test_an_interrupt_at_every_moment_inside_httpcore": (
        "there is no httpcore in it"
    ),
    "tests/faults/test_keyboard_interrupt.py::test_ctrl_c_while_an_event_loop_runs": OF_LOOP,
    "tests/faults/test_loops_and_threads.py::test_a_fork_opens_connections_of_its_own": OF_LOOP,
    "tests/faults/test_loops_and_threads.py::test_one_client_over_four_event_loops": OF_LOOP,
    "tests/faults/test_loops_and_threads.py::test_one_client_in_two_event_loops_at_once": OF_LOOP,
    "tests/faults/test_loops_and_threads.py::test_closing_while_threads_call": HALF_OPEN,
    "tests/faults/test_token_canary.py::test_no_error_path_shows_the_secret": TOKENS,
    "tests/faults/test_token_canary.py::test_no_answer_of_a_token_endpoint_shows_a_secret": TOKENS,
    "tests/faults/test_token_refresh.py::"
    "test_an_interrupt_at_every_moment_of_a_renewal": INTERRUPTED,
    "tests/faults/test_canary.py::test_a_wrong_call_does_not_show_the_secret": NOTHING,
    "tests/faults/test_canary.py::test_a_wrong_setting_does_not_show_the_secret": NOTHING,
    "tests/faults/test_token_canary.py::test_a_wrong_setting_does_not_show_the_secret": NOTHING,
    "tests/servers/test_httpbin.py": SAME,
    "tests/servers/test_oauth2_server.py": SAME,
}

#: By backend: tests, or all tests of a file, by the name of their source; by that of `_sync` for
#: this colour.
NOT_ON = {"reqwest": NOT_REQWEST, "httpx2": NOT_HTTPX2}

#: By backend: scripts of tests/faults/test_parity.py that come out another way, as it tells them.
OUTCOMES: dict[str, dict[str, tuple[str, str]]] = {
    "httpx": {},
    # It takes a head of up to 400 KB; h11 only one of 100 KB.
    "reqwest": {"huge header": ("HTTP 200", "200")},
    "httpx2": {},
}

#: By backend and colour: answers that a deadline does not cut off on a connection that was used
#: before. The socket of a client that is handed in is known as soon as a response begins, or as
#: the connection is opened; before that, only each single read has its limit.
UNBOUNDED: dict[tuple[str, str], set[str]] = {("httpx2", "sync"): {"loris"}}

_EVE = "{'id': 8, 'name': 'Eve'}"
#: By answer and backend: what the call after it is told, if more came together with its end. h11
#: keeps such bytes for the next response. Below a client that is handed in, nothing can be
#: listened to; what comes a moment later, all of them notice.
LEFTOVERS: dict[str, dict[str, str]] = {
    "two-answers": {"httpx2": _EVE},
    "two-chunked-answers": {"httpx2": _EVE},
    "empty-but-not": {"httpx2": "ProtocolError"},
}
#: By backend and colour: the same if it came in a TLS record of its own, which a client that is
#: handed in may have received without having decrypted it.
LEFTOVER_RECORDS: dict[tuple[str, str], str] = {
    ("httpx2", "asyncio"): _EVE,
    ("httpx2", "trio"): _EVE,
}
