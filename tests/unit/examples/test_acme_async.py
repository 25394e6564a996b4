"""The example SDK, async; `test_acme_sync.py` holds the same for the sync client."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path

import httpx
import pytest

from acme_sdk import AsyncAcme, FieldError, InvalidFieldsError, Problem, Role
from demo_api import DemoApi
from sdkbase import (
    AuthenticationError,
    BearerAuth,
    ConfigurationError,
    NotFoundError,
    RateLimitError,
    RetryConfig,
    ServiceUnavailableError,
    StatusError,
    UnprocessableEntityError,
)

# The demo API says what its Python calls 422; the name changed in 3.13.
PHRASE = HTTPStatus(422).phrase
ONCE = RetryConfig(max_retries=0)
QUICK = RetryConfig(backoff_factor=0.001)

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
    after = await async_acme.users.update(7, role=Role.ADMIN)
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
    users = aiter(async_acme.users.list())
    assert [(await anext(users)).id for _ in range(100)] == list(range(1, 101))
    assert len(api.requests) == 1
    assert (await anext(users)).id == 101
    assert len(api.requests) == 2


async def test_posts_are_listed_by_cursor(async_acme: AsyncAcme, api: DemoApi) -> None:
    posts = await async_acme.posts.list().collect()
    assert [post.id for post in posts] == list(range(1, 376))
    assert api.requests == [("GET", "/posts")] * 4
    assert await async_acme.posts.retrieve(375) == posts[-1]


async def test_the_list_of_one_role_holds_no_other(async_acme: AsyncAcme) -> None:
    admins = [user async for user in async_acme.users.list(role=Role.ADMIN)]
    assert {user.role for user in admins} == {"admin"}
    assert len(admins) == 83


async def test_an_empty_list_ends_at_once(async_acme: AsyncAcme, api: DemoApi) -> None:
    for user in [user async for user in async_acme.users.list(role=Role.ADMIN)]:
        await async_acme.users.update(user.id, role=Role.VIEWER)
    sent = len(api.requests)
    assert [user async for user in async_acme.users.list(role=Role.ADMIN)] == []
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
    with pytest.raises(InvalidFieldsError) as caught:
        await async_acme.users.create(name="", email="nobody")
    assert isinstance(caught.value, UnprocessableEntityError)
    assert isinstance(caught.value.body, Problem)
    assert caught.value.fields == [
        FieldError("name", "must have 1 to 100 characters"),
        FieldError("email", "must be an e-mail address"),
    ]
    assert str(caught.value) == (
        f"POST /users -> 422 {PHRASE}: Some fields are not valid. "
        "(name: must have 1 to 100 characters; email: must be an e-mail address)"
    )


async def test_an_error_is_caught_by_code_written_for_httpx_too(async_acme: AsyncAcme) -> None:
    with pytest.raises(httpx.HTTPStatusError) as caught:
        await async_acme.users.retrieve(9999)
    assert isinstance(caught.value, StatusError)
    assert caught.value.template == "/users/{id}"
    assert caught.value.request_id is not None


async def test_without_a_token_the_error_says_so(api: DemoApi) -> None:
    async with AsyncAcme(api.base_url, auth=None) as acme:
        with pytest.raises(AuthenticationError, match="bearer token"):
            await acme.users.retrieve(7)


async def test_diagnostics_need_no_token(api: DemoApi) -> None:
    async with AsyncAcme(api.base_url, auth=None) as acme:
        assert (await acme.diagnostics.health()).status == "ok"


async def test_a_flaky_route_works_at_the_third_attempt(
    async_acme: AsyncAcme, api: DemoApi
) -> None:
    assert (await async_acme.diagnostics.flaky("async")).calls == 3
    assert api.requests == [("GET", "/flaky/async")] * 3


async def test_without_retries_the_first_failure_is_raised(api: DemoApi) -> None:
    async with AsyncAcme(api.base_url, auth=None, retry_config=ONCE) as acme:
        with pytest.raises(ServiceUnavailableError) as caught:
            await acme.diagnostics.flaky("async-once")
    assert caught.value.attempts == 1


async def test_beyond_the_limit_the_error_says_how_long_to_wait(api: DemoApi) -> None:
    async with AsyncAcme(api.base_url, auth=None, retry_config=ONCE) as acme:
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


async def test_a_role_that_is_new_is_kept_as_it_came() -> None:
    later = {"id": 1, "name": "A", "email": "a@example.com", "role": "owner"}
    later["created_at"] = "2024-01-01T00:00:00Z"
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=later))
    async with AsyncAcme("https://a.example", auth=None, transport=transport) as acme:
        assert (await acme.users.retrieve(1)).role == "owner"


async def test_each_post_has_a_key_and_only_posts_have() -> None:
    keys: list[str | None] = []

    def note(request: httpx.Request) -> httpx.Response:
        keys.append(request.headers.get("idempotency-key"))
        return httpx.Response(503)

    transport = httpx.MockTransport(note)
    async with AsyncAcme(
        "https://a.example", auth=None, transport=transport, retry_config=QUICK
    ) as acme:
        with pytest.raises(ServiceUnavailableError):
            await acme.users.create(name="Ada", email="ada@example.com")
        assert len(keys) > 1
        assert len(set(keys)) == 1
        assert keys.pop() is not None
        keys.clear()
        with pytest.raises(ServiceUnavailableError):
            await acme.users.retrieve(7)
        assert set(keys) == {None}


async def test_the_token_comes_from_the_environment(
    api: DemoApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACME_BASE_URL", api.base_url)
    monkeypatch.setenv("ACME_API_KEY", api.token)
    async with AsyncAcme() as acme:
        assert (await acme.users.retrieve(7)).id == 7
    monkeypatch.delenv("ACME_API_KEY")
    with pytest.raises(ConfigurationError, match="ACME_API_KEY is not set"):
        AsyncAcme()


async def test_an_export_is_the_list_in_one_response(async_acme: AsyncAcme, api: DemoApi) -> None:
    async with async_acme.users.export() as users:
        exported = [user async for user in users]
    assert api.requests == [("GET", "/users/export")]
    assert exported == await async_acme.users.list().collect()


async def test_ticks_go_on_when_the_connection_breaks(async_acme: AsyncAcme, api: DemoApi) -> None:
    ticks = await async_acme.diagnostics.ticks(5, cut=2).collect()
    assert [(tick.number, tick.of) for tick in ticks] == [(n, 5) for n in range(1, 6)]
    assert api.requests == [("GET", "/events")] * 3


async def test_a_download_goes_on_when_the_connection_breaks(
    async_acme: AsyncAcme, tmp_path: Path
) -> None:
    file = await async_acme.diagnostics.download(100_000, tmp_path / "file", cut=70_000)
    assert file.path.read_bytes() == (bytes(range(256)) * 391)[:100_000]
    assert (file.size, file.attempts) == (100_000, 2)
    assert file.checksum == "sha256:" + sha256(file.path.read_bytes()).hexdigest()
