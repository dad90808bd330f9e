"""What strangers send, made up by hypothesis: nothing but the documented errors may come out.

`test_fuzz.py` runs the targets: a few examples in `nox -s tests`, more of them in `nox -s fuzz`, the
same ones each time, and without end in `nox -s fuzz -- MINUTES`. What that has found is kept beside
its target as an `@example`.
"""
