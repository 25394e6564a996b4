"""The example SDK, async; `test_acme_sync.py` holds the same for the sync client."""

from __future__ import annotations

from contextlib import aclosing
from datetime import UTC, datetime
from http import HTTPStatus

import httpx
import pytest

from acme_sdk import AsyncAcme, FieldError, Problem
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

pytestmark = pytest.mark.anyio


async def test_a_user_comes_as_a_struct_with_real_types(async_acme: AsyncAcme) -> None:
    user = await async_acme.users.retrieve(7)
    assert (user.id, user.name, user.role) == (7, "Hana Adeyemi", "editor")
    assert user.created_at == datetime(2024, 1, 1, 7, tzinfo=UTC)


async def test_what_is_left_out_of_a_create_is_not_sent(async_acme: AsyncAcme) -> None:
    user = await async_acme.users.create(name="Ada", email="ada@example.com")
    assert (user.id, user.name, user.role) == (251, "Ada", "viewer")


async def test_an_update_changes_only_what_is_given(async_acme: AsyncAcme) -> None:
    before = await async_acme.users.retrieve(7)
    after = await async_acme.users.update(7, role="admin")
    assert (after.name, after.email, after.role) == (before.name, before.email, "admin")


async def test_a_deleted_user_is_gone(async_acme: AsyncAcme) -> None:
    await async_acme.users.delete(7)
    with pytest.raises(NotFoundError, match="User 7 does not exist"):
        await async_acme.users.retrieve(7)


async def test_the_list_goes_through_all_pages(async_acme: AsyncAcme, api: DemoApi) -> None:
    users = [user async for user in async_acme.users.list()]
    assert [user.id for user in users] == list(range(1, 251))
    assert api.requests == [("GET", "/users")] * 3


async def test_a_page_is_fetched_only_when_it_is_needed(
    async_acme: AsyncAcme, api: DemoApi
) -> None:
    async with aclosing(async_acme.users.list(size=10)) as users:
        assert [(await anext(users)).id for _ in range(10)] == list(range(1, 11))
        assert len(api.requests) == 1
        assert (await anext(users)).id == 11
        assert len(api.requests) == 2


async def test_the_list_of_one_role_holds_no_other(async_acme: AsyncAcme) -> None:
    admins = [user async for user in async_acme.users.list(role="admin")]
    assert {user.role for user in admins} == {"admin"}
    assert len(admins) == 83


async def test_an_empty_list_ends_at_once(async_acme: AsyncAcme, api: DemoApi) -> None:
    for user in [user async for user in async_acme.users.list(role="admin")]:
        await async_acme.users.update(user.id, role="viewer")
    sent = len(api.requests)
    assert [user async for user in async_acme.users.list(role="admin")] == []
    assert len(api.requests) == sent + 1


async def test_posts_are_a_part_of_a_user(async_acme: AsyncAcme, api: DemoApi) -> None:
    posts = await async_acme.users.posts.list(7)
    assert [post.title for post in posts] == [f"Post {n} of Hana Adeyemi" for n in (1, 2, 3)]
    assert {post.user_id for post in posts} == {7}
    assert api.requests == [("GET", "/users/7/posts")]


async def test_sub_resources_are_made_once_and_only_when_used(async_acme: AsyncAcme) -> None:
    assert "users" not in vars(async_acme)
    users = async_acme.users
    assert "posts" not in vars(users)
    assert async_acme.users is users
    assert users.posts is async_acme.users.posts


async def test_the_same_key_makes_one_post(async_acme: AsyncAcme) -> None:
    first = await async_acme.users.posts.create(7, title="Hello", idempotency_key="key-1")
    again = await async_acme.users.posts.create(7, title="Hello", idempotency_key="key-1")
    assert first == again
    assert len(await async_acme.users.posts.list(7)) == 4


async def test_a_refused_field_comes_as_a_typed_problem(async_acme: AsyncAcme) -> None:
    with pytest.raises(UnprocessableEntityError) as caught:
        await async_acme.users.create(name="", email="nobody")
    body = caught.value.body
    assert isinstance(body, Problem)
    assert body.errors == [
        FieldError("name", "must have 1 to 100 characters"),
        FieldError("email", "must be an e-mail address"),
    ]
    assert str(caught.value) == (f"POST /users -> 422 {PHRASE}: Some fields are not valid.")


async def test_an_error_is_caught_by_code_written_for_httpx_too(async_acme: AsyncAcme) -> None:
    with pytest.raises(httpx.HTTPStatusError) as caught:
        await async_acme.users.retrieve(9999)
    assert isinstance(caught.value, StatusError)
    assert caught.value.template == "/users/{user_id}"
    assert caught.value.request_id is not None


async def test_without_a_token_the_error_says_so(api: DemoApi) -> None:
    async with AsyncAcme(api.base_url) as acme:
        with pytest.raises(AuthenticationError, match="bearer token"):
            await acme.users.retrieve(7)


async def test_diagnostics_need_no_token(api: DemoApi) -> None:
    async with AsyncAcme(api.base_url) as acme:
        assert (await acme.diagnostics.health()).status == "ok"


async def test_a_flaky_route_works_at_the_third_attempt(
    async_acme: AsyncAcme, api: DemoApi
) -> None:
    assert (await async_acme.diagnostics.flaky("async")).calls == 3
    assert api.requests == [("GET", "/flaky/async")] * 3


async def test_without_retries_the_first_failure_is_raised(api: DemoApi) -> None:
    async with AsyncAcme(api.base_url, retry_config=RetryConfig(max_retries=0)) as acme:
        with pytest.raises(ServiceUnavailableError) as caught:
            await acme.diagnostics.flaky("async-once")
    assert caught.value.attempts == 1


async def test_beyond_the_limit_the_error_says_how_long_to_wait(api: DemoApi) -> None:
    async with AsyncAcme(api.base_url, retry_config=RetryConfig(max_retries=0)) as acme:
        with pytest.raises(RateLimitError) as caught:
            for _ in range(20):
                await acme.diagnostics.limited()
    assert caught.value.retry_after == 1


async def test_a_copy_with_other_settings_has_resources_of_its_own(
    async_acme: AsyncAcme, api: DemoApi
) -> None:
    assert (await async_acme.users.retrieve(7)).id == 7
    copy = async_acme.with_options(auth=BearerAuth("wrong"))
    with pytest.raises(AuthenticationError):
        await copy.users.retrieve(7)
    assert (await async_acme.users.retrieve(7)).id == 7
