"""A task in the kernel's event loop goes on printing when the cell has ended."""
# points: 0 2

import asyncio


async def go_on():
    while True:
        print("3", flush=True)
        await asyncio.sleep(0.01)


task = asyncio.get_event_loop().create_task(go_on())


def square(x):
    return x
