"""examples/metrics.py, run as a user runs it; what draws needs matplotlib (`nox -s tests_tables`)."""

import runpy
from datetime import UTC, datetime

import pytest
from example_programs import EXAMPLES, run
from sandbox_client import client_of

from scalingo_async.models import MetricPoint
from scalingo_async.sandbox import ManualClock, Sandbox

SERIES = ["metrics.get"] * 3 + ["metrics.get_for_container"] * 2


@pytest.fixture
def sandbox():
    with Sandbox(apps=2, names=["my-shop", "my-blog"], rate_limit=None).running() as running:
        yield running


def test_without_matplotlib_it_says_what_to_install():
    done = run("metrics.py", "my-shop", without=["matplotlib"])
    assert done.returncode == 1
    assert "pip install matplotlib" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.tables
def test_help():
    done = run("metrics.py", "--help")
    assert (done.returncode, done.stderr) == (0, "")
    for words in ("--container", "SCALINGO_API_TOKEN", "pip install matplotlib"):
        assert words in done.stdout


@pytest.mark.tables
def test_it_draws_a_picture(sandbox, tmp_path):
    from matplotlib.image import imread

    done = run("metrics.py", "my-shop", sandbox=sandbox, folder=tmp_path, fresh=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "metrics.png: 900 points\n"
    asked = [request.operation for request in sandbox.requests]
    assert (asked[0], sorted(asked[1:])) == ("tokens.exchange", SERIES)
    picture = imread(tmp_path / "metrics.png")
    assert picture.shape == (1080, 1200, 4)
    # A curve in each plot, on a white ground.
    for rows in (slice(50, 270), slice(310, 530), slice(570, 780), slice(830, 1020)):
        coloured = picture[rows, :, :3].std(axis=2) > 0.1
        assert coloured.any(axis=0).sum() > 900


@pytest.mark.tables
@pytest.mark.anyio
async def test_what_it_draws_is_what_the_platform_says():
    sandbox = Sandbox(apps=1, names=["my-shop"], rate_limit=None, clock=ManualClock())
    program = runpy.run_path(str(EXAMPLES / "metrics.py"))
    options = program["parser"]().parse_args(["my-shop", "--hours", "2"], program["Options"]())
    async with client_of(sandbox) as client:
        series = await program["fetch"](client, options)
        cpu = await client.metrics.get_for_container("my-shop", "cpu", "web", 1, since=2)
        errors = await client.metrics.get("my-shop", "router", status_code="5XX", since=2)
    figure = program["draw"](series, options)
    assert figure.get_suptitle() == "my-shop, the last 2 h (UTC)"
    drawn = {axes.get_title(): axes.lines for axes in figure.axes}
    assert [len(lines) for lines in drawn.values()] == [1, 1, 1, 2]
    for line, points in [
        (drawn["CPU of web-1"][0], cpu),
        (drawn["Errors of the router"][1], errors),
    ]:
        times, values = MetricPoint.columns(points)
        assert [*line.get_xdata(orig=True)] == times
        assert [*line.get_ydata(orig=True)] == values


@pytest.mark.tables
def test_values_that_are_missing_are_gaps():
    program = runpy.run_path(str(EXAMPLES / "metrics.py"))
    options = program["parser"]().parse_args(["my-shop"], program["Options"]())
    points = [
        MetricPoint(time=datetime(2026, 11, 28, 12, minute, tzinfo=UTC), value=value)
        for minute, value in enumerate([1.0, None, 2.5])
    ]
    figure = program["draw"](dict.fromkeys(["cpu", "memory", "all", "4XX", "5XX"], points), options)
    (line,) = figure.axes[0].lines
    assert str(line.get_ydata(orig=False)) == "[1.  nan 2.5]"
    figure.canvas.draw()


@pytest.mark.tables
def test_what_goes_wrong_is_said_in_a_line(sandbox, tmp_path):
    for arguments, words in [
        (("no-such-app",), "404"),
        (("my-shop", "--container", "web-9"), "404: container not found"),
        (("my-shop", "--hours", "300"), "'since' should be"),
        (("my-shop", "-o", "no/such.png"), "there is no directory no"),
        (("my-shop", "-o", "picture.docx"), "not supported"),
    ]:
        done = run("metrics.py", *arguments, sandbox=sandbox, folder=tmp_path)
        assert done.returncode == 1
        assert words in done.stderr
        assert done.stderr.startswith("metrics: ")
        assert done.stderr.count("\n") == 1
    assert run("metrics.py", "my-shop", "--container", "web", sandbox=sandbox).returncode == 2
    assert [*tmp_path.iterdir()] == []


@pytest.mark.tables
def test_an_app_that_never_ran_has_no_picture(sandbox, tmp_path):
    for app in sandbox.apps():
        app.created_at = sandbox.clock.time() + 3600
    done = run("metrics.py", "my-shop", sandbox=sandbox, folder=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert "no metrics for that time" in done.stderr
    assert [*tmp_path.iterdir()] == []
