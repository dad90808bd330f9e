"""A secret that tests look for in the frames of a thread."""

import sys

VALUE = "value-canary-3f9c"


def frames_of(thread: int) -> list[str]:
    """Return what the frames of the package in a thread hold, as a reporter would write it."""
    found, frame = [], sys._current_frames().get(thread)
    while frame is not None:
        if "scalingo_async" in frame.f_code.co_filename:
            found.append(repr(frame.f_locals))
        frame = frame.f_back
    return found
