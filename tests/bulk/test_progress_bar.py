"""The progress bar over rich."""

import io

import pytest
from rich.console import Console

from scalingo_async import bulk
from scalingo_async.bulk import Progress
from scalingo_async.integrations.rich import progress_bar


@pytest.mark.anyio
async def test_it_shows_how_far_a_job_is():
    out = io.StringIO()

    async def work(item):
        if item == 3:
            raise LookupError

    with progress_bar("Items", console=Console(file=out, width=100)) as show:
        await bulk.map(work, range(20), on_progress=show)
    assert "Items" in out.getvalue()
    assert "20/20 1 failed 0:00" in out.getvalue()


@pytest.mark.parametrize(
    ("eta", "shown"), [(None, "-:--"), (61.4, "1:01"), (480, "8:00"), (7265, "2:01:05")]
)
def test_the_time_that_is_left_is_that_of_the_rate_limit(eta, shown):
    out = io.StringIO()
    with progress_bar(console=Console(file=out, width=100)) as show:
        show(Progress(done=1, total=9, eta=eta))
    assert f"1/9 0 failed {shown}" in out.getvalue()
