"""githubkit: workflow artifacts."""

from __future__ import annotations

import warnings
from contextlib import asynccontextmanager

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from githubkit import GitHub

from benchmarks.peers.harness import expect, main

OWNER, REPO = "example-user", "example-app"


@asynccontextmanager
async def opened(url):
    async with GitHub("ghp-benchmark", base_url=f"{url}/") as github:
        actions = github.rest.actions

        async def get():
            return (await actions.async_get_artifact(OWNER, REPO, 11)).parsed_data

        async def list_all():
            answer = await actions.async_list_artifacts_for_repo(OWNER, REPO, per_page=100)
            return answer.parsed_data.artifacts

        expect((await get()).expired, False)
        expect(len(await list_all()), 100)
        yield {"get": get, "list": list_all}


if __name__ == "__main__":
    main("githubkit", opened)
