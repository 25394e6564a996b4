"""An SDK in use, async: `python examples/quickstart_async.py`."""

from __future__ import annotations

import asyncio

from acme_sdk import AsyncAcme, Role
from demo_api import DemoApi
from sdkbase import BearerAuth, NotFoundError


async def main(base_url: str, token: str) -> None:
    """Call the API at *base_url*."""
    async with AsyncAcme(base_url, auth=BearerAuth(token)) as acme:
        user = await acme.users.retrieve(7)
        print(f"User 7 is {user.name}, {user.role}, since {user.created_at:%d %B %Y}.")

        ada = await acme.users.create(name="Ada Lovelace", email="ada@example.com")
        await acme.users.posts.create(ada.id, title="Notes on the engine")
        print(f"User {ada.id} is new and has {len(await acme.users.posts.list(ada.id))} post.")

        admins = [admin.name async for admin in acme.users.list(role=Role.ADMIN)]
        print(f"{len(admins)} users are admins, the first is {admins[0]}.")

        posts = await acme.posts.list().limit(3).collect()
        print(f"The first {len(posts)} posts are {[post.title for post in posts]}.")

        response = await acme.with_response(acme.users.retrieve, ada.id)
        print(f"{response.data.name} came with status {response.status_code}.")

        async for tick in acme.diagnostics.ticks(3):
            print(f"Event {tick.number} of {tick.of} came.")

        users = await asyncio.gather(*(acme.users.retrieve(number) for number in range(1, 21)))
        print(f"{len(users)} users were read at the same time.")

        try:
            await acme.users.retrieve(9999)
        except NotFoundError as error:
            print(error)


if __name__ == "__main__":
    with DemoApi() as api:
        asyncio.run(main(api.base_url, api.token))
