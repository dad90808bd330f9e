"""A progress bar for bulk work.

It needs `pip install "scalingo-async[rich]"`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, Task, TextColumn
from rich.progress import Progress as Bar
from rich.text import Text

from scalingo_async.bulk import Progress

__all__ = ["progress_bar"]


class _Remaining(ProgressColumn):
    """The remaining time under the rate limit; rich itself would only extrapolate."""

    def render(self, task: Task) -> Text:
        """Render the time."""
        eta: float | None = task.fields.get("eta")
        return Text("-:--" if eta is None else _clock(eta), style="progress.remaining")


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@contextmanager
def progress_bar(
    description: str = "", *, console: Console | None = None
) -> Generator[Callable[[Progress], None]]:
    """Show a bar while a `with` block runs.

        with progress_bar("Restarting") as show:
            report = await bulk.map(client.apps.restart, names, on_progress=show)

    Args:
        description: The text in front of the bar.
        console: The console; by default standard output.

    Yields:
        The function for `on_progress`.
    """
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[failed]} failed"),
        _Remaining(),
    )
    with Bar(*columns, console=console) as bar:
        task = bar.add_task(description, total=None, failed=0, eta=None)

        def show(progress: Progress) -> None:
            bar.update(
                task,
                completed=progress.finished,
                total=progress.total,
                failed=progress.failed + progress.unknown,
                eta=progress.eta,
            )

        yield show
