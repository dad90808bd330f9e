"""Compare the variables of two apps, and copy those you choose from the first to the second.

    python copy_variables.py my-staging my-shop
    python copy_variables.py my-staging osc-secnum-fr1/my-shop 'FEATURE_*'

It prints names, never values: `!` differs, `<` only the first app has, `>` only the second. With a
pattern, those that match it and differ are copied and the second app is restarted, once you have
answered `y`; `--yes` at the end answers for you. Variables of the platform, `SCALINGO_*`, stay.
"""

from __future__ import annotations

import sys
from fnmatch import fnmatchcase

from scalingo_async import AppRef, ScalingoError
from scalingo_async.blocking import Client, bulk


def app_of(text: str) -> AppRef:
    """Read `my-shop` or `osc-fr1/my-shop`."""
    region, _, name = text.rpartition("/")
    return AppRef(name, region=region or None)


def confirmed(question: str) -> bool:
    """Ask, and take anything but `y` for no."""
    print(question, "[y/N]", end=" ", flush=True)
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def main(source: str, target: str, pattern: str = "", *flags: str) -> int:
    apps = [app_of(source), app_of(target)]
    with Client.from_env() as client:
        left, right = (outcome.unwrap() for outcome in bulk.map(client.variables.as_dict, apps))
        differ = {name for name in left | right if left.get(name) != right.get(name)}
        for name in sorted(differ):
            print("!" if name in left and name in right else "<" if name in left else ">", name)

        chosen = {
            name: left[name]
            for name in sorted(differ & left.keys())
            if fnmatchcase(name, pattern) and not name.startswith("SCALINGO_")
        }
        if not chosen:
            print(f"No variable that differs matches {pattern}.\n" * bool(pattern), end="")
            return 0
        question = f"Copy {', '.join(chosen)} to {target} and restart it?"
        if "--yes" not in flags and not confirmed(question):
            print("Nothing was copied.")
            return 1
        client.variables.bulk_update(apps[1], variables=chosen)
        client.apps.restart(apps[1]).wait()
        print("copied:", *chosen)
        return 0


if __name__ == "__main__":
    if not 3 <= len(sys.argv) <= 5 or {*sys.argv[4:]} - {"--yes"}:
        sys.exit(__doc__)
    try:
        sys.exit(main(*sys.argv[1:]))
    except ScalingoError as error:
        sys.exit(f"copy_variables: {error}")
