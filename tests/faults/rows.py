"""The list of faults that RELIABILITY.md B gives, and the tests that hold each of its rows."""

from __future__ import annotations

#: By row: what goes wrong, and the tests; `script NAME` is one of tests/faults/scripts.py, run in
#: every colour on every backend.
ROWS: dict[str, tuple[str, tuple[str, ...]]] = {
    "1": (
        "a name that does not resolve",
        ("faults/test_rows.py::test_a_name_that_does_not_exist",),
    ),
    "2": (
        "a connection refused",
        ("faults/test_lost_requests.py::test_a_post_that_never_left_is_tried_again",),
    ),
    "3": (
        "no answer to the connect",
        ("faults/test_rows.py::test_a_server_that_takes_no_connection",),
    ),
    "4": (
        "no answer to the request",
        ("script black hole for ever", "script POST black hole"),
    ),
    "5": (
        "a stale connection",
        (
            "faults/test_connections.py::test_stale_connections_never_fail_a_get",
            "faults/test_connections.py::test_a_post_meets_a_stale_connection",
            "servers/test_nginx.py::test_a_connection_serves_five_requests",
        ),
    ),
    "6": ("fewer bytes than announced", ("script short for ever", "script stream short")),
    "7": (
        "chunks without an end",
        (
            "script chunk cut for ever",
            "script no last chunk",
            "script stream, chunk cut",
            "faults/test_connections.py::test_every_cut_of_a_response_is_an_error",
        ),
    ),
    "8": (
        "a coded body cut short",
        (
            "script gzip cut for ever",
            "faults/test_truncation.py::test_a_coded_body_cut_at_any_byte",
        ),
    ),
    "8b": (
        "gzip of several members",
        ("_async/test_body_limits.py::test_every_member_of_a_stream_is_decoded",),
    ),
    "9": (
        "an answer that drips",
        (
            "faults/test_bars.py::test_every_deadline_holds",
            "faults/test_deadline.py::test_a_slow_answer_is_cut_off",
        ),
    ),
    "10": (
        "a huge body",
        (
            "faults/test_bombs.py::test_what_is_too_large_is_refused_at_once",
            "_async/test_body_limits.py::test_too_many_codings_are_refused",
        ),
    ),
    "11": ("a huge header", ("script huge header",)),
    "12": (
        "a body that is no JSON",
        ("script no document", "script NaN", "script byte order mark"),
    ),
    "12b": (
        "hostile JSON",
        ("script deep", "script no UTF-8", "unit/test_fuzz_bodies.py::test_typed_results"),
    ),
    "13": (
        "the wrong content type",
        ("script not JSON", "script 502 in HTML for ever", "script 404 in HTML"),
    ),
    "14": (
        "a document of another shape",
        (
            "script wrong type",
            "_async/test_results.py::test_a_value_that_does_not_fit_is_told_by_its_path",
        ),
    ),
    "15": (
        "answers without a body",
        (
            "script early hints",
            "script empty",
            "script 205",
            "script 304",
            "script 204 with a body",
            "script HEAD",
        ),
    ),
    "16": (
        "contradictory framing, odd statuses",
        (
            "script length and chunks",
            "script two lengths",
            "script negative length",
            "script status 999",
            "script switch",
            "faults/test_connections.py::test_what_comes_behind_an_answer",
        ),
    ),
    "17": ("redirects without an end", ("script endless redirects", "script bad location")),
    "18": (
        "a redirect to another origin",
        ("faults/test_cross_origin.py::test_no_way_leads_a_credential_to_another_origin",),
    ),
    "19": (
        "a path that climbs",
        ("unit/wire/test_path_template.py::test_no_text_changes_the_shape_of_the_url",),
    ),
    "20": (
        "an absolute URL",
        (
            "unit/wire/test_url.py::test_no_relative_path_leaves_the_base",
            "faults/test_cross_origin.py::test_no_way_leads_a_credential_to_another_origin",
        ),
    ),
    "21": (
        "line breaks in what is sent",
        ("faults/test_control_characters.py::test_no_socket_opens_for_what_can_not_be_sent",),
    ),
    "21b": (
        "headers that are not ASCII",
        ("unit/wire/test_headers.py::test_every_latin_1_character_as_a_value",),
    ),
    "22": (
        "a port that can not be",
        ("unit/wire/test_url.py::test_bad_urls_are_refused_with_one_class_of_error",),
    ),
    "23": (
        "secrets in what is shown",
        ("faults/test_canary.py::test_no_error_path_shows_the_secret",),
    ),
    "23b": (
        "local variables in a log",
        ("faults/test_canary.py::test_no_error_path_shows_the_secret",),
    ),
    "24": ("a cancel at any wait", ("faults/test_step_cancel.py::test_a_cancel_at_every_wait",)),
    "25": (
        "Ctrl-C in the sync client",
        ("faults/test_keyboard_interrupt.py::test_three_hundred_random_interrupts",),
    ),
    "26": (
        "a fork",
        ("faults/test_loops_and_threads.py::test_a_fork_opens_connections_of_its_own",),
    ),
    "27": ("many threads", ("faults/test_threads.py::test_three_hundred_threads",)),
    "28": (
        "use after close",
        ("_async/test_use_after_close.py::test_it_says_so_and_sends_nothing",),
    ),
    "29": (
        "one client, several event loops",
        ("faults/test_loops_and_threads.py::test_one_client_over_four_event_loops",),
    ),
    "30": ("ten thousand tasks", ("faults/test_many_tasks.py::test_all_of_them_end",)),
    "31": ("a clock that jumps", ("unit/test_clock.py::test_a_system_clock_that_jumps",)),
    "32": (
        "a storm of retries",
        ("faults/test_bars.py::test_an_outage_is_multiplied_by_less_than_a_fifth",),
    ),
    "33": (
        "a body that can be read once",
        ("_async/test_retry_bodies.py::test_a_body_that_can_be_read_once_is_sent_once",),
    ),
    "34": ("figures that grow", ("unit/test_soak.py::test_a_million_calls",)),
    "35": (
        "the application's log",
        ("unit/test_surface.py::test_logging_interceptors_leave_the_handlers_alone",),
    ),
    "36": (
        "TLS that fails",
        (
            "faults/test_tls.py::test_an_unknown_authority_is_not_tried_again",
            "faults/test_tls.py::test_a_wrong_host_is_not_tried_again",
            "faults/test_tls.py::test_an_expired_certificate_is_not_tried_again",
            "faults/test_tls.py::test_plain_http_to_a_tls_port",
            "faults/test_tls.py::test_tls_to_a_plain_port",
        ),
    ),
    "37": (
        "proxies",
        (
            "faults/test_proxy.py::test_a_tunnel_keeps_the_password_from_the_server",
            "faults/test_proxy.py::test_a_refusing_proxy_is_told_without_its_password",
        ),
    ),
    "38": (
        "a stream that is dropped",
        ("faults/test_abandoned_streams.py::test_a_dropped_stream",),
    ),
    "39": (
        "many calls refused at once",
        (
            "faults/test_token_refresh.py::test_a_hundred_refused_calls_of_all_colours_renew_once",
            "faults/test_token_refresh.py::"
            "test_cancelling_the_one_who_asked_leaves_the_others_their_token",
        ),
    ),
    "40": (
        "a limiter under pressure",
        (
            "faults/test_rate_limiter.py::test_half_of_ten_thousand_waiters_cancel",
            "_async/test_rate_limit.py::test_one_limiter_paces_clients_of_both_colours",
        ),
    ),
}
