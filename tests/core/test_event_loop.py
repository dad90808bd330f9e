"""The mark of an event loop: one for each, also where one runs inside of another."""

from __future__ import annotations

import asyncio
import gc

import trio

from scalingo_async._core.event_loop import current_event_loop


async def marks():
    return [current_event_loop(), current_event_loop()]


def test_each_loop_has_a_mark_of_its_own():
    kept = []
    for run in (asyncio.run, lambda made: trio.run(lambda: made)) * 2:
        first, second = run(marks())
        assert first is second
        assert all(first is not other for other in kept)
        kept.append(first)
        # The next loop may be where this one was.
        gc.collect()


def test_loops_by_turns_keep_their_marks():
    one, other = asyncio.new_event_loop(), asyncio.new_event_loop()
    try:
        found = [loop.run_until_complete(marks())[0] for loop in (one, other, one, other)]
    finally:
        one.close()
        other.close()
    assert found[0] is found[2]
    assert found[1] is found[3]
    assert found[0] is not found[1]


def test_a_guest_of_asyncio_has_a_mark_of_its_own():
    async def host():
        loop = asyncio.get_running_loop()
        before = current_event_loop()
        done = loop.create_future()
        trio.lowlevel.start_guest_run(
            marks,
            run_sync_soon_threadsafe=loop.call_soon_threadsafe,
            done_callback=lambda outcome: done.set_result(outcome.unwrap()),
        )
        guests = await done
        return before, guests, current_event_loop()

    before, guests, after = asyncio.run(host())
    assert before is after
    assert guests[0] is guests[1]
    assert guests[0] is not before
