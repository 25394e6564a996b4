"""The example SDK, sync; `test_acme_async.py` holds the same for the async client."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus

import httpx
import pytest

from acme_sdk import Acme, FieldError, Problem
from demo_api import DemoApi
from sdkbase import (
    AuthenticationError,
    BearerAuth,
    NotFoundError,
    RateLimitError,
    RetryConfig,
    ServiceUnavailableError,
    StatusError,
    UnprocessableEntityError,
)

# The demo API says what its Python calls 422; the name changed in 3.13.
PHRASE = HTTPStatus(422).phrase


def test_a_user_comes_as_a_struct_with_real_types(acme: Acme) -> None:
    user = acme.users.retrieve(7)
    assert (user.id, user.name, user.role) == (7, "Hana Adeyemi", "editor")
    assert user.created_at == datetime(2024, 1, 1, 7, tzinfo=UTC)


def test_what_is_left_out_of_a_create_is_not_sent(acme: Acme) -> None:
    user = acme.users.create(name="Ada", email="ada@example.com")
    assert (user.id, user.name, user.role) == (251, "Ada", "viewer")


def test_an_update_changes_only_what_is_given(acme: Acme) -> None:
    before = acme.users.retrieve(7)
    after = acme.users.update(7, role="admin")
    assert (after.name, after.email, after.role) == (before.name, before.email, "admin")


def test_a_deleted_user_is_gone(acme: Acme) -> None:
    acme.users.delete(7)
    with pytest.raises(NotFoundError, match="User 7 does not exist"):
        acme.users.retrieve(7)


def test_the_list_goes_through_all_pages(acme: Acme, api: DemoApi) -> None:
    users = list(acme.users.list())
    assert [user.id for user in users] == list(range(1, 251))
    assert api.requests == [("GET", "/users")] * 3


def test_a_page_is_fetched_only_when_it_is_needed(acme: Acme, api: DemoApi) -> None:
    users = acme.users.list(size=10)
    assert [next(users).id for _ in range(10)] == list(range(1, 11))
    assert len(api.requests) == 1
    assert next(users).id == 11
    assert len(api.requests) == 2


def test_the_list_of_one_role_holds_no_other(acme: Acme) -> None:
    admins = list(acme.users.list(role="admin"))
    assert {user.role for user in admins} == {"admin"}
    assert len(admins) == 83


def test_an_empty_list_ends_at_once(acme: Acme, api: DemoApi) -> None:
    for user in list(acme.users.list(role="admin")):
        acme.users.update(user.id, role="viewer")
    sent = len(api.requests)
    assert list(acme.users.list(role="admin")) == []
    assert len(api.requests) == sent + 1


def test_posts_are_a_part_of_a_user(acme: Acme, api: DemoApi) -> None:
    posts = acme.users.posts.list(7)
    assert [post.title for post in posts] == [f"Post {n} of Hana Adeyemi" for n in (1, 2, 3)]
    assert {post.user_id for post in posts} == {7}
    assert api.requests == [("GET", "/users/7/posts")]


def test_sub_resources_are_made_once_and_only_when_used(acme: Acme) -> None:
    assert "users" not in vars(acme)
    users = acme.users
    assert "posts" not in vars(users)
    assert acme.users is users
    assert users.posts is acme.users.posts


def test_the_same_key_makes_one_post(acme: Acme) -> None:
    first = acme.users.posts.create(7, title="Hello", idempotency_key="key-1")
    again = acme.users.posts.create(7, title="Hello", idempotency_key="key-1")
    assert first == again
    assert len(acme.users.posts.list(7)) == 4


def test_a_refused_field_comes_as_a_typed_problem(acme: Acme) -> None:
    with pytest.raises(UnprocessableEntityError) as caught:
        acme.users.create(name="", email="nobody")
    body = caught.value.body
    assert isinstance(body, Problem)
    assert body.errors == [
        FieldError("name", "must have 1 to 100 characters"),
        FieldError("email", "must be an e-mail address"),
    ]
    assert str(caught.value) == (f"POST /users -> 422 {PHRASE}: Some fields are not valid.")


def test_an_error_is_caught_by_code_written_for_httpx_too(acme: Acme) -> None:
    with pytest.raises(httpx.HTTPStatusError) as caught:
        acme.users.retrieve(9999)
    assert isinstance(caught.value, StatusError)
    assert caught.value.template == "/users/{user_id}"
    assert caught.value.request_id is not None


def test_without_a_token_the_error_says_so(api: DemoApi) -> None:
    with Acme(api.base_url) as acme, pytest.raises(AuthenticationError, match="bearer token"):
        acme.users.retrieve(7)


def test_diagnostics_need_no_token(api: DemoApi) -> None:
    with Acme(api.base_url) as acme:
        assert acme.diagnostics.health().status == "ok"


def test_a_flaky_route_works_at_the_third_attempt(acme: Acme, api: DemoApi) -> None:
    assert acme.diagnostics.flaky("sync").calls == 3
    assert api.requests == [("GET", "/flaky/sync")] * 3


def test_without_retries_the_first_failure_is_raised(api: DemoApi) -> None:
    once = RetryConfig(max_retries=0)
    with (
        Acme(api.base_url, retry_config=once) as acme,
        pytest.raises(ServiceUnavailableError) as caught,
    ):
        acme.diagnostics.flaky("sync-once")
    assert caught.value.attempts == 1


def test_beyond_the_limit_the_error_says_how_long_to_wait(api: DemoApi) -> None:
    once = RetryConfig(max_retries=0)
    with Acme(api.base_url, retry_config=once) as acme, pytest.raises(RateLimitError) as caught:
        for _ in range(20):
            acme.diagnostics.limited()
    assert caught.value.retry_after == 1


def test_a_copy_with_other_settings_has_resources_of_its_own(acme: Acme, api: DemoApi) -> None:
    assert acme.users.retrieve(7).id == 7
    copy = acme.with_options(auth=BearerAuth("wrong"))
    with pytest.raises(AuthenticationError):
        copy.users.retrieve(7)
    assert acme.users.retrieve(7).id == 7
