"""A coroutine in the place of an answer, and one that nobody awaits."""
# points: 0 2

import asyncio


async def square(x):
    await asyncio.sleep(3600)
