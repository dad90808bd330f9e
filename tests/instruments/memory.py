"""How much memory something takes: what Python has given out, or a whole process.

    with traced() as memory:
        work()
        assert memory.peak < 2 << 20

Both look at this process alone, so a program that a test starts can use them as well.
"""

import gc
import re
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Traced:
    """What Python has given out since the block began, in bytes."""

    @property
    def held(self) -> int:
        """What is held now; what is garbage is not held."""
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    @property
    def peak(self) -> int:
        """The most that was held at a time, garbage included, since the last `forget`."""
        return tracemalloc.get_traced_memory()[1]

    def forget(self) -> None:
        """Begin a new peak."""
        tracemalloc.reset_peak()


@contextmanager
def traced() -> Iterator[Traced]:
    """Trace what Python gives out while the block runs; it makes everything several times slower."""
    assert not tracemalloc.is_tracing(), "somebody else is measuring"
    tracemalloc.start()
    try:
        yield Traced()
    finally:
        tracemalloc.stop()


def peak_of_process() -> int:
    """Return the most memory that this process has had, in bytes, whoever gave it out."""
    # What `resource` tells begins with the peak of the parent.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) * 1024
