"""Users: paging by number, validation, idempotency keys, authentication."""

import json

import httpx
import pytest

from demo_api import DemoApi

NEW = {"name": "Zoe Novak", "email": "zoe@demo-api.example", "role": "editor"}


def test_retrieve_is_the_same_in_every_run(client: httpx.Client) -> None:
    assert client.get("/users/7").json() == {
        "id": 7,
        "name": "Hana Adeyemi",
        "email": "hana.adeyemi.7@demo-api.example",
        "role": "editor",
        "created_at": "2024-01-01T07:00:00Z",
    }


@pytest.mark.parametrize("user_id", ["251", "0", "x", "%D9%A3", "9" * 5000])
def test_unknown_user_is_404(client: httpx.Client, user_id: str) -> None:
    response = client.get(f"/users/{user_id}")
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["status"] == 404


def test_links_lead_through_all_pages(client: httpx.Client) -> None:
    seen: list[int] = []
    url: str | None = "/users?size=100"
    while url:
        response = client.get(url)
        seen += [user["id"] for user in response.json()["items"]]
        url = response.links.get("next", {}).get("url")
    assert seen == list(range(1, 251))


def test_the_export_holds_all_users_one_to_a_line(client: httpx.Client) -> None:
    response = client.get("/users/export")
    assert response.headers["content-type"] == "application/x-ndjson"
    users = [json.loads(line) for line in response.text.splitlines()]
    assert [user["id"] for user in users] == list(range(1, 251))
    assert users[6] == client.get("/users/7").json()
    del client.headers["Authorization"]
    assert client.get("/users/export").status_code == 401


def test_a_page_in_the_middle(client: httpx.Client) -> None:
    response = client.get("/users", params={"page": 2, "size": 30, "role": "admin"})
    page = response.json()
    assert (page["page"], page["size"], page["total"]) == (2, 30, 83)
    assert {user["role"] for user in page["items"]} == {"admin"}
    pages = {rel: link["url"] for rel, link in response.links.items()}
    assert pages["prev"] == pages["first"] == f"{client.base_url}/users?page=1&size=30&role=admin"
    assert pages["next"] == pages["last"] == f"{client.base_url}/users?page=3&size=30&role=admin"


def test_a_page_past_the_end_is_empty(client: httpx.Client) -> None:
    response = client.get("/users", params={"page": 9, "size": 500})
    assert response.json() == {"items": [], "page": 9, "size": 100, "total": 250}
    assert "page=3" in response.links["prev"]["url"]
    assert "next" not in response.links


@pytest.mark.parametrize(("name", "value"), [("page", "0"), ("size", "-1"), ("size", "many")])
def test_bad_paging_is_400(client: httpx.Client, name: str, value: str) -> None:
    response = client.get("/users", params={name: value})
    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == name


def test_create_then_retrieve(client: httpx.Client) -> None:
    created = client.post("/users", json=NEW)
    assert created.status_code == 201
    assert created.json() | NEW == created.json()
    assert client.get(created.headers["location"]).json() == created.json()


def test_role_defaults_to_viewer(client: httpx.Client) -> None:
    user = client.post("/users", json={"name": "Z", "email": "z@demo-api.example"}).json()
    assert user["role"] == "viewer"


def test_validation_lists_every_bad_field(client: httpx.Client) -> None:
    response = client.post("/users", json={"email": "nobody", "role": 3})
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["errors"] == [
        {"field": "name", "message": "is required"},
        {"field": "email", "message": "must be an e-mail address"},
        {"field": "role", "message": "must be a string"},
    ]


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000])
def test_malformed_json_is_400(client: httpx.Client, body: bytes) -> None:
    response = client.post("/users", content=body)
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"


def test_json_that_is_no_object_is_422(client: httpx.Client) -> None:
    assert client.post("/users", json=[NEW]).status_code == 422


def test_idempotency_key_gives_the_first_result(client: httpx.Client) -> None:
    headers = {"Idempotency-Key": "k1"}
    first = client.post("/users", json=NEW, headers=headers)
    again = client.post("/users", json=NEW, headers=headers)
    other = client.post("/users", json=NEW, headers={"Idempotency-Key": "k2"})
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["idempotent-replayed"] == "true"
    assert other.json()["id"] == first.json()["id"] + 1


def test_idempotency_key_with_another_body_is_422(client: httpx.Client) -> None:
    headers = {"Idempotency-Key": "k1"}
    client.post("/users", json=NEW, headers=headers)
    response = client.post("/users", json=NEW | {"name": "Other"}, headers=headers)
    assert response.status_code == 422
    assert response.json()["type"].endswith("/idempotency-key")


def test_a_refused_request_does_not_use_up_its_key(client: httpx.Client) -> None:
    headers = {"Idempotency-Key": "k1"}
    assert client.post("/users", json={}, headers=headers).status_code == 422
    assert client.post("/users", json=NEW, headers=headers).status_code == 201


def test_patch_changes_what_it_names(client: httpx.Client) -> None:
    before = client.get("/users/7").json()
    assert client.patch("/users/7", json={"role": "admin"}).json() == before | {"role": "admin"}
    assert client.get("/users/7").json()["role"] == "admin"
    assert client.patch("/users/7", json={"role": "king"}).status_code == 422


def test_put_replaces_all(client: httpx.Client) -> None:
    assert client.put("/users/7", json={"name": "Z"}).status_code == 422
    before = client.get("/users/7").json()
    assert client.put("/users/7", json=NEW).json() == before | NEW


def test_delete_takes_the_posts_along(client: httpx.Client) -> None:
    response = client.delete("/users/7")
    assert (response.status_code, response.content) == (204, b"")
    assert "content-length" not in response.headers
    assert client.get("/users/7").status_code == 404
    posts = client.get("/posts", params={"limit": 100}).json()["items"]
    assert 7 not in {post["user_id"] for post in posts}


@pytest.mark.parametrize("header", ["", "Bearer nope", "Basic ZGVtbw==", "demo-token"])
def test_without_the_token_it_is_401(client: httpx.Client, header: str) -> None:
    response = client.get("/users/7", headers={"Authorization": header})
    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith("Bearer ")
    assert response.headers["content-type"] == "application/problem+json"


def test_the_token_can_be_chosen() -> None:
    with DemoApi(token="other") as api:
        good = httpx.get(f"{api.base_url}/posts", headers={"Authorization": "bearer other"})
        bad = httpx.get(f"{api.base_url}/posts", headers={"Authorization": "Bearer demo-token"})
    assert (good.status_code, bad.status_code) == (200, 401)
