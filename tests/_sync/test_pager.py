# Generated from _async/test_pager.py by sdkbase.codegen. Do not edit.
# sha256: e46d4849ce8416b7
"""Lists in pages, as the user of an SDK sees them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import httpx
import msgspec
import pytest

from demo_api import DemoApi
from sdkbase import (
    OMIT,
    BearerAuth,
    CursorPagination,
    DecodeError,
    InvalidRequestError,
    KeyRangePagination,
    LinkHeaderPagination,
    NextUrlPagination,
    NotFoundError,
    OffsetPagination,
    Omit,
    Page,
    PageNumberPagination,
    Pagination,
    PaginationError,
    PaginationWarning,
    RequestOptions,
    SdkError,
    SyncHttpClient,
    SyncPager,
    SyncResource,
)
from sdkbase.models import Int64String

BASE = "https://api.example/v1"


class User(msgspec.Struct, frozen=True):
    id: int


class SyncUsers(SyncResource[User]):
    path = "/users"

    def list(
        self, pagination: Pagination, *, role: str | Omit = OMIT, **kwargs: Any
    ) -> SyncPager[User]:
        return self._paginate("", pagination, query={"role": role}, **kwargs)


class Api:
    """A server of users, which keeps the requests."""

    def __init__(self, answer: Callable[[httpx.Request], httpx.Response]) -> None:
        self.requests: list[httpx.Request] = []
        self._answer = answer

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self._answer(request)

    @property
    def urls(self) -> list[str]:
        return [str(request.url).removeprefix(BASE) for request in self.requests]


def numbered(request: httpx.Request, count: int = 5) -> httpx.Response:
    page, size = (int(request.url.params[name]) for name in ("page", "size"))
    ids = range(1, count + 1)[(page - 1) * size : page * size]
    return httpx.Response(200, json={"items": [{"id": number} for number in ids], "total": count})


def cursors(request: httpx.Request, count: int = 5, size: int = 2) -> httpx.Response:
    at = int(request.url.params.get("cursor", 0))
    ids = range(1, count + 1)[at : at + size]
    following = at + size if at + size < count else None
    items = [{"id": number} for number in ids]
    return httpx.Response(200, json={"items": items, "next_cursor": following})


def client_of(api: Api, **settings: Any) -> SyncHttpClient:
    settings = {"transport": httpx.MockTransport(api), **settings}
    return SyncHttpClient(BASE, **settings)


NUMBERS = PageNumberPagination(size=2, total="total")


def test_items_come_one_after_another() -> None:
    api = Api(numbered)
    with client_of(api) as client:
        ids = [user.id for user in SyncUsers(client).list(NUMBERS, role="admin")]
    assert ids == [1, 2, 3, 4, 5]
    assert api.urls == [f"/users?role=admin&size=2&page={number}" for number in (1, 2, 3)]


def test_an_iterator_over_items_is_its_own_iterator() -> None:
    with client_of(Api(numbered)) as client:
        items = SyncUsers(client).list(NUMBERS).__iter__()
        assert (items.__next__()).id == 1
        assert [user.id for user in items] == [2, 3, 4, 5]
        assert [user.id for user in items] == []


def test_nothing_is_sent_before_it_is_needed() -> None:
    api = Api(numbered)
    with client_of(api) as client:
        pager = SyncUsers(client).list(NUMBERS).limit(10).prefetch(0)
        pager.pages()
        assert not api.requests
        for user in pager:
            if user.id == 2:
                break
    assert len(api.requests) == 1


def test_a_pager_is_never_used_up() -> None:
    api = Api(numbered)
    with client_of(api) as client:
        pager = SyncUsers(client).list(NUMBERS)
        assert [user.id for user in pager] == [1, 2, 3, 4, 5]
        assert [user.id for user in pager] == [1, 2, 3, 4, 5]
        assert [user.id for user in pager.collect()] == [1, 2, 3, 4, 5]
        first, second = pager.limit(1), pager.limit(3)
        assert [len(one.collect()) for one in (first, second, pager)] == [1, 3, 5]


def test_pages_hold_what_came_with_them() -> None:
    api = Api(numbered)
    with client_of(api) as client:
        pager = SyncUsers(client).list(NUMBERS)
        pages = [page for page in pager.pages()]
    assert [[user.id for user in page] for page in pages] == [[1, 2], [3, 4], [5]]
    assert [page.response.status_code for page in pages] == [200, 200, 200]
    assert pages[0].response.headers["content-type"] == "application/json"
    assert pages[0].response.http_response.request.url.path == "/v1/users"
    assert pages[0].body.total == 5
    assert [page.next_token is None for page in pages] == [False, False, True]
    assert repr(pager) == f"<{type(pager).__name__} GET /users PageNumberPagination>"


def test_the_first_page_only() -> None:
    api = Api(numbered)
    with client_of(api) as client:
        pager = SyncUsers(client).list(NUMBERS)
        page = pager.first_page()
        assert (pager.prefetch(3).limit(1).first_page()).items == [User(1)]
        with pytest.raises(InvalidRequestError, match=r"limit\(0\)"):
            pager.limit(0).first_page()
    assert page.items == [User(1), User(2)]
    assert len(api.requests) == 2


@pytest.mark.parametrize(
    ("limit", "calls"), [(0, 0), (1, 1), (2, 1), (3, 2), (4, 2), (5, 3), (9, 3)]
)
@pytest.mark.parametrize("ahead", [0, 1, 3])
def test_a_limit_fetches_no_page_that_is_not_needed(limit: int, calls: int, ahead: int) -> None:
    api = Api(numbered)
    with client_of(api) as client:
        pager = SyncUsers(client).list(NUMBERS).limit(limit).prefetch(ahead)
        assert [user.id for user in pager.collect()] == [1, 2, 3, 4, 5][:limit]
    assert len(api.requests) == calls


@pytest.mark.parametrize("value", [-1, True, 1.5, "3", None])
def test_what_is_no_number_of_items_or_pages(value: Any) -> None:
    with client_of(Api(numbered)) as client:
        pager = SyncUsers(client).list(NUMBERS)
        with pytest.raises(InvalidRequestError, match=r"limit\(\) takes a whole number"):
            pager.limit(value)
        with pytest.raises(InvalidRequestError, match=r"prefetch\(\) takes a whole number"):
            pager.prefetch(value)


@pytest.mark.parametrize(
    ("pagination", "answer"),
    [
        (NUMBERS, numbered),
        (CursorPagination(), cursors),
        (CursorPagination(), functools.partial(cursors, count=6)),
    ],
)
def test_a_token_goes_on_where_it_came_from(
    pagination: Pagination, answer: Callable[[httpx.Request], httpx.Response]
) -> None:
    with client_of(Api(answer)) as client:
        pager = SyncUsers(client).list(pagination)
        every = [user.id for user in pager.collect()]
        pages = [page for page in pager.pages()]
        for number, page in enumerate(pages[:-1], 1):
            assert page.next_token is not None
            resumed = pager.resume(page.next_token)
            assert [user.id for user in resumed] == every[number * 2 :]
        with pytest.raises(InvalidRequestError, match="no token"):
            pager.resume("nonsense")


def test_an_error_on_the_way_tells_how_to_go_on() -> None:
    broken = True

    def answer(request: httpx.Request) -> httpx.Response:
        failing = broken and request.url.params["page"] == "2"
        return httpx.Response(404) if failing else numbered(request)

    for ahead in (0, 2):
        broken = True
        seen: list[int] = []
        with client_of(Api(answer)) as client:
            pager = SyncUsers(client).list(NUMBERS)
            with pytest.raises(NotFoundError) as caught:
                for user in pager.prefetch(ahead):
                    seen.append(user.id)  # noqa: PERF401  # what came before the error
            (note,) = [one for one in caught.value.__notes__ if "pager.resume(" in one]
            token = note.partition("('")[2].partition("')")[0]
            broken = False
            seen += [user.id for user in pager.resume(token)]
        assert seen == [1, 2, 3, 4, 5]


def test_an_error_on_the_first_page_has_nothing_to_go_on_from() -> None:
    with client_of(Api(lambda request: httpx.Response(404))) as client:
        with pytest.raises(NotFoundError) as caught:
            SyncUsers(client).list(NUMBERS).collect()
    assert not any("resume" in note for note in getattr(caught.value, "__notes__", ()))


def test_after_an_error_the_same_iterator_tries_the_page_again() -> None:
    answers = iter([404, 404, 200])

    def answer(request: httpx.Request) -> httpx.Response:
        status = 200 if request.url.params["page"] == "1" else next(answers)
        return numbered(request) if status == 200 else httpx.Response(status)

    ids: list[int] = []
    with client_of(Api(answer)) as client:
        pages = SyncUsers(client).list(PageNumberPagination(size=2)).pages()
        for _ in range(4):
            try:
                ids += [user.id for user in pages.__next__()]
            except NotFoundError:
                ids.append(0)
    assert ids == [1, 2, 0, 0, 3, 4]


def test_one_idempotency_key_is_not_for_several_pages() -> None:
    api = Api(numbered)
    with client_of(api) as client:
        users = SyncUsers(client)
        with pytest.raises(InvalidRequestError, match="idempotency_key=True makes one for each"):
            users.list(NUMBERS, options=RequestOptions(idempotency_key="k"))
        assert not api.requests
        users.list(NUMBERS, options=RequestOptions(idempotency_key=True)).collect()
    keys = [request.headers["idempotency-key"] for request in api.requests]
    assert len(set(keys)) == 3


def test_a_page_that_does_not_fit_is_an_error() -> None:
    with client_of(Api(lambda request: httpx.Response(200, json={"users": []}))) as client:
        with pytest.raises(DecodeError, match="missing required field `items`"):
            SyncUsers(client).list(NUMBERS).collect()


def test_the_same_cursor_again_ends_in_an_error() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"items": [{"id": 1}], "next_cursor": "a"})

    api = Api(answer)
    seen: list[int] = []
    with client_of(api) as client:
        with pytest.raises(PaginationError, match="in a circle") as caught:
            for user in SyncUsers(client).list(CursorPagination()):
                seen.append(user.id)  # noqa: PERF401  # what came before the error
    assert seen == [1, 1]
    assert len(api.requests) == 2
    assert caught.value.response.json() == {"items": [{"id": 1}], "next_cursor": "a"}
    assert caught.value.attempts == 1
    assert caught.value.template == "/users"


OTHER = "https://other.example/users?page=2"


def leading(to: str) -> Api:
    """Return an API whose first page names *to* as the next, in header and body."""

    def answer(request: httpx.Request) -> httpx.Response:
        second = "page=2" in str(request.url)
        body = {"items": [{"id": 2}]} if second else {"items": [{"id": 1}], "next": to}
        headers = {} if second else {"link": f'<{to}>; rel="next"'}
        return httpx.Response(200, json=body, headers=headers)

    return Api(answer)


@pytest.mark.parametrize(
    "make",
    [
        NextUrlPagination,
        functools.partial(LinkHeaderPagination, items="items"),
    ],
)
def test_no_page_of_another_origin_unless_that_is_allowed(make: Any) -> None:
    api = leading(OTHER)
    settings: dict[str, Any] = {"auth": ("me", "s3cret-pw"), "headers": {"X-Api-Key": "k3y"}}
    with client_of(api, **settings) as client:
        users = SyncUsers(client)
        with pytest.raises(PaginationError, match="at another origin"):
            users.list(make()).collect()
        assert len(api.requests) == 1
        options = RequestOptions(headers={"Authorization": "Bearer 0ther-s3cret"})
        allowed = users.list(make(allow_other_origin=True), options=options)
        assert [user.id for user in allowed.collect()] == [1, 2]
    own, foreign = api.requests[1:]
    assert own.headers["authorization"] == "Bearer 0ther-s3cret"
    assert own.headers["x-api-key"] == "k3y"
    assert str(foreign.url) == OTHER
    assert "authorization" not in foreign.headers
    assert "x-api-key" not in foreign.headers
    assert "s3cret" not in str(foreign.headers.raw)


def test_a_next_page_outside_the_base_path_has_our_credentials() -> None:
    api = leading("/elsewhere?page=2")
    with client_of(api, auth=("me", "s3cret-pw")) as client:
        assert len(SyncUsers(client).list(NextUrlPagination()).collect()) == 2
    assert str(api.requests[1].url) == "https://api.example/elsewhere?page=2"
    assert api.requests[1].headers["authorization"] == api.requests[0].headers["authorization"]


def test_a_relative_link_starts_where_a_redirect_led() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/users":
            return httpx.Response(307, headers={"location": "/v2/members?page=1"})
        more = {} if "page=2" in str(request.url) else {"next": "?page=2"}
        return httpx.Response(200, json={"items": [{"id": 1}], **more})

    api = Api(answer)
    with client_of(api, follow_redirects=True) as client:
        SyncUsers(client).list(NextUrlPagination()).collect()
    assert str(api.requests[-1].url) == "https://api.example/v2/members?page=2"


def test_positions_in_a_posted_body() -> None:
    bodies: list[Any] = []

    def answer(request: httpx.Request) -> httpx.Response:
        bodies.append(msgspec.json.decode(request.content))
        page = bodies[-1].get("page", {}).get("offset", 0)
        ids = range(3)[page : page + 2]
        return httpx.Response(200, json={"items": [{"id": number} for number in ids]})

    pagination = OffsetPagination(into="body", param="page.offset", size=2, size_param="page.size")
    body = {"text": "x", "page": {"sort": "id"}}
    with client_of(Api(answer)) as client:
        pager = SyncUsers(client)._paginate("", pagination, method="POST", json_data=body)
        assert len(pager.collect()) == 3
    assert [one["page"] for one in bodies] == [
        {"sort": "id", "size": 2, "offset": number} for number in (0, 2, 3)
    ]
    assert body == {"text": "x", "page": {"sort": "id"}}


def test_positions_in_the_path_beside_other_arguments() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"items": [{"id": 1}], "next_cursor": "b/c"})

    api = Api(answer)
    pagination = CursorPagination(into="path", param="at", start="a")
    with client_of(api) as client:
        pager = SyncUsers(client)._paginate("/{group}/from/{at}/all", pagination, "big & bold")
        pager.limit(2).collect()
    group = "/users/big%20%26%20bold/from"
    assert api.urls == [f"{group}/a/all", f"{group}/b%2Fc/all"]


class UserPage(msgspec.Struct, rename="camel"):
    all_users: list[User]
    next_cursor: str | None = None


def test_the_authors_own_page_and_another_item() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"allUsers": [{"id": 1}], "nextCursor": None})

    pagination = CursorPagination(items="all_users", cursor="next_cursor")
    with client_of(Api(answer)) as client:
        users = SyncUsers(client)
        page = users._paginate("", pagination, page=UserPage).first_page()
        other = CursorPagination(items="allUsers")
        raw = users._paginate("", other, cast_to=dict[str, int]).collect()
    assert page.body == UserPage([User(1)])
    assert isinstance(page, Page)
    assert raw == [{"id": 1}]


def test_against_a_real_server(api: DemoApi) -> None:
    with SyncHttpClient(api.base_url, auth=BearerAuth(api.token)) as client:
        users = SyncUsers(client)
        numbers = PageNumberPagination(size=7, total="total")
        links = LinkHeaderPagination(items="items", size=7, size_param="size")
        every = [user.id for user in users.list(numbers).collect()]
        for pager in (
            users.list(links),
            users.list(numbers).prefetch(3),
            users.list(links).prefetch(2),
            users.list(PageNumberPagination(size=7)).prefetch(50),
        ):
            assert [user.id for user in pager] == every
    assert len(every) == len(set(every)) > 7


def test_leaving_a_loop_leaves_a_client_that_works(api: DemoApi) -> None:
    with SyncHttpClient(api.base_url, auth=BearerAuth(api.token)) as client:
        users = SyncUsers(client)
        for ahead in (0, 1, 4):
            for _ in users.list(PageNumberPagination(size=3)).prefetch(ahead):
                break
            with pytest.raises(SdkError, match="mine"):
                for _ in users.list(PageNumberPagination(size=3)).prefetch(ahead):
                    raise SdkError("mine")
        assert len(users.list(NUMBERS).limit(3).collect()) == 3


class Row(msgspec.Struct):
    id: Int64String


def keyed(request: httpx.Request) -> httpx.Response:
    after, limit = (int(request.url.params.get(name, 0)) for name in ("after", "limit"))
    ids = range(after + 1, 6)[:limit]
    return httpx.Response(200, json={"items": [{"id": str(number)} for number in ids]})


@pytest.mark.parametrize("ahead", [0, 2])
def test_keys_that_are_numbers_in_strings(ahead: int) -> None:
    api = Api(keyed)
    with client_of(api) as client:
        pager = SyncUsers(client).list(KeyRangePagination(size=3), cast_to=Row).prefetch(ahead)
        assert [row.id for row in pager.collect()] == [1, 2, 3, 4, 5]
        page = pager.limit(2).first_page()
        assert [row.id for row in page] == [1, 2]
        rest = pager.resume(page.next_token or "")
        assert [row.id for row in rest.collect()] == [3, 4, 5]
    assert api.urls == [
        "/users?limit=3",
        "/users?limit=3&after=3",
        "/users?limit=3&after=5",
        "/users?limit=2",
        "/users?limit=3&after=2",
        "/users?limit=3&after=5",
    ]


def test_a_way_on_that_is_overlooked_is_warned_of() -> None:
    with client_of(Api(cursors)) as client:
        # A type of its own, as each list of a type is warned of once.
        item: Any = msgspec.defstruct("Item", [("id", int)])
        pager = SyncUsers(client).list(CursorPagination(cursor="next_curser"), cast_to=item)
        with pytest.warns(PaginationWarning, match="no cursor='next_curser', but 'next_cursor'"):
            assert len(pager.collect()) == 2
