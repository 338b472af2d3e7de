"""Edda as it is, but for how often it looks, so that a scenario takes seconds."""

import asyncio
import contextlib
import os

from edda import EddaApp

LOOK = 0.2
DRIVERS = {
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "mysql": "mysql+aiomysql",
    "mariadb": "mysql+aiomysql",
}


class FastEdda(EddaApp):
    def __init__(self, **settings):
        super().__init__(**settings)
        # a new instance is free for a moment, and on SQLite its lock does not hold at all, so what runs instances takes turns
        self.turn = asyncio.Lock()

    async def _resume_running_workflows_periodically(self, interval=1):
        while True:
            if self._resume_wake_event is not None:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._resume_wake_event.wait(), LOOK)
                self._resume_wake_event.clear()
            else:
                await asyncio.sleep(LOOK)
            with contextlib.suppress(Exception):
                async with self.turn:
                    await self._resume_running_workflows()

    async def _check_expired_timers_periodically(self, interval=10):
        await super()._check_expired_timers_periodically(interval=LOOK)

    async def _check_expired_timers(self):
        async with self.turn:
            await super()._check_expired_timers()

    async def _check_expired_message_subscriptions_periodically(self, interval=10):
        await super()._check_expired_message_subscriptions_periodically(interval=LOOK)

    async def _check_expired_message_subscriptions(self):
        async with self.turn:
            await super()._check_expired_message_subscriptions()


class NativeEdda(EddaApp):
    turn = contextlib.nullcontext()


def database_url() -> str:
    scheme, rest = os.environ["DATABASE_URL"].split("://", 1)
    # the driver of SQLite gives up after five seconds
    patience = "?timeout=60" if scheme == "sqlite" else ""
    return f"{DRIVERS.get(scheme, scheme)}://{rest}{patience}"


def make_app(options, **settings):
    native = {} if options.native_polling else {"leader_heartbeat_interval": 1, "leader_lease_duration": 3}
    notify = {"use_listen_notify": False} if options.no_notify else {}
    kind = NativeEdda if options.native_polling else FastEdda
    return kind(service_name="interop", db_url=database_url(), pool_timeout=120, **native, **notify, **settings)
