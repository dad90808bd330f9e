"""Build logs in messages: the last lines, and nothing that steers a terminal."""

from hypothesis import given
from hypothesis import strategies as st
from tables import each

from scalingo_async.waiting.build_log import LINES, LONGEST, WIDTH, in_a_line, last_lines


@each(
    ("log", "expected"),
    [
        ("", ""),
        ("\n\n  \n", ""),
        ("one\ntwo\n", "one\ntwo"),
        ("one\r\n\r\ntwo\r\n\n", "one\n\ntwo"),
        (" \x1b[31m!\x1b[0m     The build failed  ", " !     The build failed"),
        ("\x1b[1;38;5;196mbold\x1b[K\x1b[2J", "bold"),
        ("\x1b]0;a title\x07text", "text"),
        ("\x1b]8;;https://x.example\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b(Bplain\x1b7", "plain"),
        ("cut in the middle\x1b[3", "cut in the middle"),
        ("10 %\r50 %\r100 %", "10 %\n50 %\n100 %"),
        ("a\tb\x00\x08\x7f\x9bc", "a    bc"),
        ("turned \u202earound\u200b", "turned around"),
        ("été 🚀", "été 🚀"),
    ],
)
def test_last_lines(log, expected):
    assert last_lines(log) == expected


def test_they_are_few_and_short():
    log = "\n".join(f"line {number}" for number in range(1000))
    assert last_lines(log).splitlines() == [f"line {number}" for number in range(950, 1000)]
    assert last_lines(log, 2) == "line 998\nline 999"
    assert LINES == 50
    assert len(last_lines("x" * 10 * LONGEST)) == LONGEST


def test_in_a_line():
    assert in_a_line("") == ""
    assert in_a_line(" a\n\n  b \n c\nd\n") == "b | c | d"
    assert in_a_line("a\nb", 1) == "b"
    assert in_a_line("x" * 1000) == "x" * WIDTH


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("\x1b[]0;m\x07\\\n\r"))))
def test_whatever_comes_only_what_can_be_printed_is_left(log):
    shown = last_lines(log)
    assert all(c.isprintable() or c == "\n" for c in shown)
    assert "\n" not in in_a_line(shown)
