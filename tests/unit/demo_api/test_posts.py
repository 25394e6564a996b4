"""Posts: by user as a plain array, and all of them by cursor."""

import httpx
import pytest


def test_posts_of_a_user(client: httpx.Client) -> None:
    posts = client.get("/users/7/posts").json()
    assert [post["title"] for post in posts] == [f"Post {n} of Hana Adeyemi" for n in (1, 2, 3)]
    assert client.get("/users/8/posts").json() == []
    assert client.get("/users/999/posts").status_code == 404


def test_create_a_post(client: httpx.Client) -> None:
    created = client.post("/users/8/posts", json={"title": "Hello"})
    assert created.status_code == 201
    assert client.get("/users/8/posts").json() == [created.json()]
    assert client.get(created.headers["location"]).json() == created.json()


def test_a_post_is_validated(client: httpx.Client) -> None:
    response = client.post("/users/8/posts", json={"title": " ", "body": "x" * 10_001})
    assert [error["field"] for error in response.json()["errors"]] == ["title", "body"]


def test_unknown_post_is_404(client: httpx.Client) -> None:
    assert client.get("/posts/99999").status_code == 404


def test_cursors_lead_through_all_posts(client: httpx.Client) -> None:
    seen: list[int] = []
    params: dict[str, str | int] = {"limit": 100}
    while True:
        page = client.get("/posts", params=params).json()
        seen += [post["id"] for post in page["items"]]
        if page["next_cursor"] is None:
            break
        params["cursor"] = page["next_cursor"]
    assert seen == list(range(1, len(seen) + 1))
    assert len(seen) > 300


def test_the_next_link_agrees_with_the_cursor(client: httpx.Client) -> None:
    first = client.get("/posts", params={"limit": 3})
    second = client.get(first.links["next"]["url"]).json()
    assert [post["id"] for post in second["items"]] == [4, 5, 6]


@pytest.mark.parametrize("cursor", ["?", "bm9wZQ", "\u00e9", "a"])
def test_a_foreign_cursor_is_400(client: httpx.Client, cursor: str) -> None:
    assert client.get("/posts", params={"cursor": cursor}).status_code == 400
