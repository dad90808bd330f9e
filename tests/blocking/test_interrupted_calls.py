"""What interrupts the thread that waits, at whatever moment, leaves a client usable."""

import dis
import faulthandler
import gc
import sys
import warnings

from api_facts import FakeTransport, answer_to

from scalingo_async._core.door import DOOR
from scalingo_async.blocking import Client

STUCK = 120.0
"""How long one of the programs may stand, in seconds: then it shows where, and ends."""


class InterruptedCallError(Exception):
    pass


CHECKED = {"CALL", "CALL_KW", "CALL_FUNCTION_EX", "JUMP_BACKWARD"}
"""After these, and where a function begins, Python calls the handlers of signals, which may raise."""


def interrupt(function, moment):
    """Call a function, and raise in its thread when it could have been interrupted so often.

    Returns:
        Whether there was such a moment; in a finalizer, Python lets what is raised drop.
    """
    count = 0
    before = {}

    def trace(frame, event, _):
        nonlocal count
        frame.f_trace_opcodes = True
        if event != "opcode":
            # A call that raises leads to a handler of it, and to none of signals.
            before[frame] = event if event == "exception" else before.get(frame)
            return trace
        name = dis.opname[frame.f_code.co_code[frame.f_lasti]]
        last = before.get(frame)
        before[frame] = name
        if (last is None or last in CHECKED) and (count := count + 1) == moment:
            sys.settrace(None)
            raise InterruptedCallError
        return trace

    measured = sys.gettrace()
    # Python 3.12 looks for this when a trace begins.
    sys._getframe().f_trace_opcodes = True
    sys.settrace(trace)
    try:
        function()
    except InterruptedCallError:
        pass
    finally:
        # The coverage of the tests is measured in the same way.
        sys.settrace(measured)
    return count >= moment


def test_a_client_goes_on_after_it_was_interrupted_at_each_moment_of_a_call(monkeypatch):
    """As Celery's soft time limit and Ctrl-C do it."""
    transport = FakeTransport(200, answer_to("apps.get"))
    faulthandler.dump_traceback_later(STUCK, exit=True)
    # A call that was made and not begun is thrown away, which Python complains about.
    monkeypatch.setattr(sys, "unraisablehook", lambda _: None)
    try:
        with warnings.catch_warnings(action="ignore"):
            with Client(transport=transport, bearer_token="b", rate_limit=None) as client:
                client.apps.get("a")
                moment = 0
                while interrupt(lambda: client.apps.get("a"), moment := moment + 1):
                    # What is left of one call holds up no other one, of whatever client.
                    assert client.apps.get("a").id
                    assert DOOR.get() is None
                assert moment > 50
            gc.collect()
    finally:
        faulthandler.cancel_dump_traceback_later()
