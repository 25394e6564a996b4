"""Seed data and the store that the routes work on."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count

from .limit import TokenBucket
from .wire import Response

ROLES = ("admin", "editor", "viewer")
SEED_USERS = 250
_EPOCH = datetime(2024, 1, 1, tzinfo=UTC)
_GIVEN = ("Ada", "Bo", "Chidi", "Dana", "Emeka", "Freya", "Goro", "Hana", "Ivo", "Jun")
_FAMILY = ("Adeyemi", "Berg", "Costa", "Dubois", "Eriksen", "Fujita", "Garcia")


@dataclass(frozen=True)
class User:
    """A user as it appears in JSON."""

    id: int
    name: str
    email: str
    role: str
    created_at: str


@dataclass(frozen=True)
class Post:
    """A post as it appears in JSON."""

    id: int
    user_id: int
    title: str
    body: str
    created_at: str


class Store:
    """
    Everything the server remembers; a reset is a new store.

    All calls come from the server's own thread.
    """

    def __init__(self, *, rate: int, clock: Callable[[], float]) -> None:
        self.users: dict[int, User] = {}
        self.posts: dict[int, Post] = {}
        self.bucket = TokenBucket(rate, clock)
        self.flaky_calls: Counter[str] = Counter()
        #: First result of each (path, idempotency key), with the body that led to it.
        self.results: dict[tuple[str, str], tuple[bytes, Response]] = {}
        self._user_ids = count(1)
        self._post_ids = count(1)
        self._seed()

    def add_user(self, name: str, email: str, role: str) -> User:
        """Create a user under the next id."""
        number = next(self._user_ids)
        user = self.users[number] = User(number, name, email, role, _moment(hours=number))
        return user

    def update_user(self, user: User, changes: dict[str, str]) -> User:
        """Replace the fields of *user* named in *changes*."""
        new = replace(
            user,
            name=changes.get("name", user.name),
            email=changes.get("email", user.email),
            role=changes.get("role", user.role),
        )
        self.users[user.id] = new
        return new

    def remove_user(self, user: User) -> None:
        """Delete *user* and its posts."""
        del self.users[user.id]
        for post in self.posts_of(user):
            del self.posts[post.id]

    def add_post(self, user: User, title: str, body: str) -> Post:
        """Create a post of *user* under the next id."""
        number = next(self._post_ids)
        post = self.posts[number] = Post(number, user.id, title, body, _moment(minutes=number))
        return post

    def posts_of(self, user: User) -> list[Post]:
        """List the posts of *user*, oldest first."""
        return [post for post in self.posts.values() if post.user_id == user.id]

    def _seed(self) -> None:
        for number in range(1, SEED_USERS + 1):
            given, family = _GIVEN[number % len(_GIVEN)], _FAMILY[number % len(_FAMILY)]
            email = f"{given}.{family}.{number}@demo-api.example".lower()
            user = self.add_user(f"{given} {family}", email, ROLES[number % len(ROLES)])
            for nth in range(1, number % 4 + 1):
                self.add_post(user, f"Post {nth} of {user.name}", f"Text of post {nth}.")


def _moment(**since_epoch: int) -> str:
    # The time of creation follows from the id, so that every run yields the same data.
    return (_EPOCH + timedelta(**since_epoch)).isoformat().replace("+00:00", "Z")
