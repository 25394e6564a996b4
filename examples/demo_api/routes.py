"""The resources of the API: users and posts, behind a bearer token."""

import json
from collections.abc import Callable

from .data import Store, User
from .paging import origin, page_by_cursor, page_by_number
from .problem import Problem, not_found
from .router import Handler, Router
from .scenarios import add_scenarios
from .validation import POST_RULES, USER_RULES, read_fields
from .wire import Request, Response

router = Router()
add_scenarios(router)


def _secured(method: str, template: str) -> Callable[[Handler], Handler]:
    return router.route(method, template, secured=True)


def idempotent(handler: Handler) -> Handler:
    """Make *handler* give its first result again for the same `Idempotency-Key`."""

    def replay(store: Store, request: Request) -> Response:
        key = request.header("idempotency-key")
        if key is None:
            return handler(store, request)
        slot = (request.path, key)
        if slot not in store.results:
            store.results[slot] = (request.body, handler(store, request))
            return store.results[slot][1]
        body, first = store.results[slot]
        if body != request.body:
            raise Problem(422, "The key was used with another body.", kind="idempotency-key")
        headers = [*first.headers, ("Idempotent-Replayed", "true")]
        return Response(first.status, first.body, first.media_type, headers)

    return replay


@_secured("GET", "/users")
def list_users(store: Store, request: Request) -> Response:
    """List users, optionally of one role, page by page."""
    role = request.argument("role")
    users = [user for user in store.users.values() if role is None or user.role == role]
    return page_by_number(request, users)


@_secured("GET", "/users/export")
def export_users(store: Store, request: Request) -> Response:
    """List all users at once, one to a line (NDJSON)."""
    lines = [json.dumps(vars(user)).encode() + b"\n" for user in store.users.values()]
    return Response(media_type="application/x-ndjson", chunks=lines)


@_secured("POST", "/users")
@idempotent
def create_user(store: Store, request: Request) -> Response:
    """Create a user."""
    user = store.add_user(**read_fields(request, USER_RULES))
    return _created(request, user, f"/users/{user.id}")


@_secured("GET", "/users/{id}")
def retrieve_user(store: Store, request: Request) -> Response:
    """Show a user."""
    return Response.of_json(_user(store, request))


@_secured("PATCH", "/users/{id}")
def update_user(store: Store, request: Request) -> Response:
    """Change some fields of a user."""
    user = _user(store, request)
    changes = read_fields(request, USER_RULES, partial=True)
    return Response.of_json(store.update_user(user, changes))


@_secured("PUT", "/users/{id}")
def replace_user(store: Store, request: Request) -> Response:
    """Replace all fields of a user."""
    user = _user(store, request)
    return Response.of_json(store.update_user(user, read_fields(request, USER_RULES)))


@_secured("DELETE", "/users/{id}")
def delete_user(store: Store, request: Request) -> Response:
    """Delete a user."""
    store.remove_user(_user(store, request))
    return Response(204)


@_secured("GET", "/users/{id}/posts")
def list_user_posts(store: Store, request: Request) -> Response:
    """List the posts of a user as a plain array."""
    return Response.of_json(store.posts_of(_user(store, request)))


@_secured("POST", "/users/{id}/posts")
@idempotent
def create_post(store: Store, request: Request) -> Response:
    """Create a post of a user."""
    user = _user(store, request)
    post = store.add_post(user, **read_fields(request, POST_RULES))
    return _created(request, post, f"/posts/{post.id}")


@_secured("GET", "/posts")
def list_posts(store: Store, request: Request) -> Response:
    """List all posts, by cursor."""
    return page_by_cursor(request, list(store.posts.values()))


@_secured("GET", "/posts/{id}")
def retrieve_post(store: Store, request: Request) -> Response:
    """Show a post."""
    number = request.params["id"]
    post = store.posts.get(_number(number))
    if post is None:
        raise not_found(f"Post {number}")
    return Response.of_json(post)


def _user(store: Store, request: Request) -> User:
    number = request.params["id"]
    user = store.users.get(_number(number))
    if user is None:
        raise not_found(f"User {number}")
    return user


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def _created(request: Request, item: object, path: str) -> Response:
    return Response.of_json(item, 201, [("Location", origin(request) + path)])
