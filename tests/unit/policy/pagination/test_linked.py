"""Pages that give the address of the next: where it may lead, and what goes there."""

from __future__ import annotations

from typing import Any

import pytest

from sdkbase import (
    ConfigurationError,
    InvalidRequestError,
    PaginationError,
    RequestOptions,
    Secret,
)
from sdkbase._policy.pagination import (
    LinkHeaderPagination,
    NextUrlPagination,
    PageRequest,
    Walk,
    plan_for,
)
from tests.unit.policy.pagination.pages import (
    BASE,
    ORIGIN,
    Item,
    Visit,
    items,
    request,
    respond,
    script,
)

LINKS = LinkHeaderPagination()
URLS = NextUrlPagination()


def linked(*ids: int, link: str = "") -> Any:
    return (items(*ids), [("Link", link)] if link else [])


def next_url(target: Any, *ids: int, url: str | None = None) -> PageRequest | None:
    """Return what follows a page that names *target*."""
    plan = plan_for(URLS, Item)
    walk = Walk(plan, request(), None, None)
    asked = walk.request()
    assert asked is not None
    walk.take(respond(plan, asked, {"items": items(*ids), "next": target}, url))
    return walk.request()


def test_links_are_followed_as_they_are() -> None:
    first = request(query={"role": "admin"}, options=RequestOptions(query={"debug": 1}))
    visit = Visit(
        LinkHeaderPagination(size=2),
        script(
            linked(1, 2, link=f'<{BASE}/items?page=2&x=%2F>; rel="next last"'),
            linked(3, link="<?page=1>; rel=prev"),
        ),
        first,
    )
    assert visit.ids == [1, 2, 3]
    assert visit.asked[0].arguments()["query"] == {"role": "admin", "limit": 2}
    # Neither the caller's query nor the size is added to what the server wrote.
    sent = visit.asked[1].arguments()
    assert sent["url"] == f"{BASE}/items?page=2&x=%2F"
    assert (sent["query"], sent["options"].query, sent["allow_other_origin"]) == (None, None, False)


def test_several_link_fields_and_another_relation() -> None:
    fields = [("Link", '<a>; rel="prev"'), ("LINK", '<b>; rel="older"'), ("link", "<c>; rel=older")]
    visit = Visit(LinkHeaderPagination(rel="Older"), script((items(1), fields), items(2)))
    assert visit.asked[1].url == f"{BASE}/b"


@pytest.mark.parametrize(
    ("anchor", "followed"),
    [
        ('; anchor=""', True),
        (f'; anchor="{BASE}/items"', True),
        ('; anchor="/v1/items"', True),
        ('; anchor="/v1/others"', False),
        ('; anchor="http://["', False),
    ],
)
def test_a_link_of_another_document_is_not_followed(anchor: str, followed: bool) -> None:
    visit = Visit(LINKS, script(linked(1, link=f"<?page=2>; rel=next{anchor}"), items(2)))
    assert len(visit.asked) == 1 + followed


@pytest.mark.parametrize(
    ("target", "url"),
    [
        ("https://api.example/v1/items?page=2", "https://api.example/v1/items?page=2"),
        ("https://API.example:443/v1/items?a=1", "https://api.example/v1/items?a=1"),
        ("//api.example/v1/items?a=1", "https://api.example/v1/items?a=1"),
        ("/other/base?page=2", "https://api.example/other/base?page=2"),
        ("?page=2", "https://api.example/v1/items?page=2"),
        ("more", "https://api.example/v1/more"),
        ("../up", "https://api.example/up"),
        ("?page=2#top", "https://api.example/v1/items?page=2"),
        ("?q=ä ö", "https://api.example/v1/items?q=%C3%A4%20%C3%B6"),
        ("?q=a@b", "https://api.example/v1/items?q=a@b"),
    ],
)
def test_targets_are_relative_to_the_page(target: str, url: str) -> None:
    followed = next_url(target)
    assert followed is not None
    assert followed.url == url
    assert followed.trusted


def test_targets_are_relative_to_where_a_redirect_led() -> None:
    followed = next_url("?page=2", url="https://api.example/v2/things?page=1")
    assert followed is not None
    assert followed.url == "https://api.example/v2/things?page=2"


@pytest.mark.parametrize("target", [None, "", False])
def test_no_address_is_the_end(target: Any) -> None:
    assert next_url(target) is None


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("https://evil.example/items?page=2", "at another origin"),
        ("https://api.example.evil.example/", "at another origin"),
        ("https://api.example:8443/v1/items", "at another origin"),
        ("//evil.example/items", "at another origin"),
        ("http://api.example/v1/items?page=2", "from https to http"),
        ("https://user:pw@api.example/v1/items", "names a user"),
        ("https://api.example@evil.example/v1/items", "names a user"),
        ("ftp://api.example/items", "is no valid URL"),
        ("javascript:alert(1)", "is no valid URL"),
        ("file:///etc/passwd", "is no valid URL"),
        ("https://[", "at another origin"),
        ("https://a b/", "at another origin|is no valid URL"),
        ("https://api.example:99999/", "is no valid URL"),
        (7, "should be a URL, and is int"),
        ({"href": "/x"}, "should be a URL, and is dict"),
    ],
)
def test_where_no_page_may_lead(target: Any, reason: str) -> None:
    with pytest.raises(PaginationError, match=reason) as caught:
        next_url(target, 1)
    assert "pw" not in str(caught.value)


def test_a_redirected_page_does_not_move_home() -> None:
    # The page came from elsewhere, so what is relative to it is elsewhere too.
    with pytest.raises(PaginationError, match="another origin"):
        next_url("?page=2", url="https://elsewhere.example/items")


def test_another_origin_that_is_allowed_gets_nothing_of_ours() -> None:
    options = RequestOptions(
        headers={"Authorization": "mine"},
        query={"key": "mine"},
        auth=("me", "mine"),
        idempotency_key=True,
        deadline=7.0,
    )
    pagination = NextUrlPagination(allow_other_origin=True)
    visit = Visit(
        pagination,
        script(
            {"items": items(1), "next": "https://other.example/items?page=2"},
            {"items": items(2), "next": "?page=3"},
            {"items": items(3), "next": f"{BASE}/items?page=4"},
            {"items": items(4)},
        ),
        request(options=options, headers={"X-Mine": "1"}),
    )
    assert visit.ids == [1, 2, 3, 4]
    assert [asked.trusted for asked in visit.asked] == [True, False, False, True]
    sent = visit.asked[1].arguments()
    assert sent == {
        "query": None,
        "json_data": None,
        "headers": None,
        "options": RequestOptions(auth=None, deadline=7.0),
        "url": "https://other.example/items?page=2",
        "allow_other_origin": True,
    }
    assert visit.asked[3].arguments()["headers"] == {"X-Mine": "1"}


def test_http_is_refused_even_where_other_origins_are_allowed() -> None:
    pagination = NextUrlPagination(allow_other_origin=True)
    with pytest.raises(PaginationError, match="from https to http"):
        Visit(pagination, script({"items": items(1), "next": "http://other.example/"}))


def test_the_same_address_again_is_an_error() -> None:
    first = f"{BASE}/items"
    for targets in (["?page=2", "?page=2"], ["?page=2", first], [first], [""]):
        pages = [linked(n, link=f"<{target}>; rel=next") for n, target in enumerate(targets)]
        if targets == [""]:
            # An empty target is the page itself (RFC 3986, section 4.4): no next page.
            assert Visit(LINKS, script(*pages)).ids == [0]
            continue
        with pytest.raises(PaginationError, match="in a circle"):
            Visit(LINKS, script(*pages))


def test_the_address_at_a_pointer() -> None:
    pagination = NextUrlPagination(items="value", next_url="/@odata.nextLink")
    visit = Visit(
        pagination,
        script({"value": items(1), "@odata.nextLink": "?$skip=1"}, {"value": items(2)}),
    )
    assert visit.asked[1].url == f"{BASE}/items?$skip=1"


def test_secret_parameters_are_not_in_a_token() -> None:
    Secret("s3cr3t-key")
    target = (
        "/v1/items?after=a%2Fb&key_id=s3cr3t-key&access_token=abc&continuationToken=c&api_key=d"
    )
    pages = script({"items": items(1), "next": target}, {"items": items(2)})
    first = Visit(URLS, pages)
    token = first.tokens[0]
    # What is walked is the address as it is.
    assert first.asked[1].url == f"https://api.example{target}"
    again = Visit(URLS, script({"items": items(2)}), token=token)
    assert again.asked[0].url == f"{BASE}/items?after=a%2Fb&continuationToken=c"


def test_an_address_without_secrets_is_kept_as_it_is() -> None:
    target = f"{BASE}/items?a=%7e&b&&c=1+2"
    first = Visit(URLS, script({"items": items(1), "next": target}, {"items": []}))
    again = Visit(URLS, script({"items": []}), token=first.tokens[0])
    assert again.asked[0].url == first.asked[1].url


@pytest.mark.parametrize(
    ("position", "reason"),
    [
        ("https://evil.example/", "at another origin"),
        ("http://api.example/v1/items", "from https to http"),
        ("not a url", "is no valid URL"),
        ("/v1/items", "is no valid URL"),
        (7, "is no valid URL"),
    ],
)
def test_the_address_in_a_token_is_checked_again(position: Any, reason: str) -> None:
    with pytest.raises(InvalidRequestError, match=reason):
        URLS.check_position(request(), position)


def test_without_a_base_every_origin_is_home() -> None:
    URLS.check_position(request(origin=None), "https://any.example/")
    URLS.check_position(request(origin=ORIGIN), f"{BASE}/items?page=2")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: NextUrlPagination(next_url=""), "next_url must be a path"),
        (lambda: LinkHeaderPagination(rel=""), "rel must be a name"),
    ],
)
def test_a_wrong_declaration(make: Any, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        make()
