"""The states of a deployment."""

from scalingo_async.waiting.deployment_states import is_final, rank


def test_which_states_are_final():
    under_way = ["queued", "building", "pushing", "starting"]
    final = ["success", "crashed-error", "timeout-error", "build-error", "hook-error", "aborted"]
    assert [is_final(word) for word in [*under_way, *final, "other", None]] == (
        [False] * 4 + [True] * 7 + [False]
    )
    assert [rank(word) for word in [None, *under_way]] == [-1, 0, 1, 2, 3]
    assert {rank(word) for word in [*final, "other"]} == {4}
