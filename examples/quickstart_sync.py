"""An SDK in use, sync: `python examples/quickstart_sync.py`."""

from __future__ import annotations

from acme_sdk import Acme, Role
from demo_api import DemoApi
from sdkbase import BearerAuth, NotFoundError


def main(base_url: str, token: str) -> None:
    """Call the API at *base_url*."""
    with Acme(base_url, auth=BearerAuth(token)) as acme:
        user = acme.users.retrieve(7)
        print(f"User 7 is {user.name}, {user.role}, since {user.created_at:%d %B %Y}.")

        ada = acme.users.create(name="Ada Lovelace", email="ada@example.com")
        acme.users.posts.create(ada.id, title="Notes on the engine")
        print(f"User {ada.id} is new and has {len(acme.users.posts.list(ada.id))} post.")

        admins = [admin.name for admin in acme.users.list(role=Role.ADMIN)]
        print(f"{len(admins)} users are admins, the first is {admins[0]}.")

        posts = acme.posts.list().limit(3).collect()
        print(f"The first {len(posts)} posts are {[post.title for post in posts]}.")

        response = acme.with_response(acme.users.retrieve, ada.id)
        print(f"{response.data.name} came with status {response.status_code}.")

        for tick in acme.diagnostics.ticks(3):
            print(f"Event {tick.number} of {tick.of} came.")

        try:
            acme.users.retrieve(9999)
        except NotFoundError as error:
            print(error)


if __name__ == "__main__":
    with DemoApi() as api:
        main(api.base_url, api.token)
