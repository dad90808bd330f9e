"""Deploy a directory or an archive to an app, and show the build log while it runs.

    python examples/deploy.py my-app examples/deploy_me --version v1.2.0

The token comes from SCALINGO_API_TOKEN, or from the login of the official command line tool.
The exit status is 0 when the deployment succeeds, and 1 when it fails.
"""

import argparse
import sys

import anyio

from scalingo_async import (
    UNSET,
    AsyncClient,
    DeploymentLog,
    DeploymentStarted,
    DeploymentStatus,
    DeployProgress,
    ScalingoError,
)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Deploy a directory or an archive, and show the build log while it runs.",
        epilog="The token comes from SCALINGO_API_TOKEN, or from the login of the official command "
        "line tool. The exit status is 0 when the deployment succeeds.",
    )
    parser.add_argument("app", help="id or name of the app")
    parser.add_argument("source", help="a directory, a .tar.gz with one directory in it, or a .war")
    parser.add_argument("--version", help="a name for the version, such as a git tag")
    return parser.parse_args()


def report(progress: DeployProgress) -> None:
    if progress.step == "packing":
        print(f"packed {progress.files} files, {progress.done} bytes", file=sys.stderr)
    elif progress.step == "uploading" and progress.done == progress.total:
        print(f"uploaded {progress.done} bytes", file=sys.stderr)


async def deploy(app: str, source: str, version: str | None) -> bool:
    """Deploy, and print the build log; return whether the deployment succeeded."""
    async with AsyncClient.from_env(cli_login=True) as client:
        deployment = await client.deployments.deploy(
            app, source, git_ref=version or UNSET, on_progress=report
        )
        succeeded = False
        async with client.deployments.follow(app, deployment.id) as events:
            async for event in events:
                match event:
                    case DeploymentStarted(deployment=started):
                        print(f"deployment {started.id}", file=sys.stderr)
                    case DeploymentLog(content=text):
                        print(text, end="", flush=True)
                    case DeploymentStatus(status=status):
                        print(f"now {status}", file=sys.stderr)
                        succeeded = event.succeeded
    return succeeded


def main() -> int:
    given = arguments()
    try:
        succeeded = anyio.run(deploy, given.app, given.source, given.version)
    except (KeyboardInterrupt, BrokenPipeError):
        # The deployment continues: only the platform could stop it.
        return 130
    except (ScalingoError, OSError) as error:
        print(f"deploy: {error}", file=sys.stderr)
        return 1
    return 0 if succeeded else 1


if __name__ == "__main__":
    sys.exit(main())
