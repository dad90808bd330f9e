"""Compare the variables of two apps, and copy from the first to the second.

    python copy_variables.py my-staging my-shop
    python copy_variables.py my-staging osc-secnum-fr1/my-shop 'FEATURE_*'

With a pattern, the variables that match it and differ are copied, and the second app is restarted.
Only names are shown. Those that the platform sets, `SCALINGO_*`, are left alone.
"""

from __future__ import annotations

import sys
from fnmatch import fnmatchcase

import anyio

from scalingo_async import AppRef, AsyncClient, bulk


def app_of(text: str) -> AppRef:
    """Read `my-shop` or `osc-fr1/my-shop`."""
    region, _, name = text.rpartition("/")
    return AppRef(name, region=region or None)


async def main(source: str, target: str, pattern: str = "") -> None:
    apps = [app_of(source), app_of(target)]
    async with AsyncClient.from_env() as client:
        report = await bulk.map(client.variables.as_dict, apps)
        left, right = (outcome.unwrap() for outcome in report)
        differ = {name for name in left | right if left.get(name) != right.get(name)}
        for name in sorted(differ):
            print("!" if name in left and name in right else "<" if name in left else ">", name)

        copied = {
            name: left[name]
            for name in differ & left.keys()
            if fnmatchcase(name, pattern) and not name.startswith("SCALINGO_")
        }
        if copied:
            await client.variables.bulk_update(apps[1], variables=copied)
            await (await client.apps.restart(apps[1])).wait()
            print("copied:", *sorted(copied))


if __name__ == "__main__":
    anyio.run(lambda: main(*sys.argv[1:]))
