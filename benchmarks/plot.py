"""The chart: each bounded ratio as a bar, with its bound as a mark."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.rows import Row

# The colours of Okabe and Ito: distinct for colour-blind readers, and in greyscale.
MET, MISSED, BOUND, INFORMATION = "#0072B2", "#D55E00", "#000000", "#BBBBBB"
WIDEST = 3.0
"""Longer bars are cut off, and their figure is written next to them."""


def _label(row: Row) -> str:
    if not row.against or row.against in row.what:
        return row.what
    return f"{row.what} ÷ {row.against}"


def draw(rows: Sequence[Row], title: str, file: Path) -> None:
    """Draw the rows with a ratio to an SVG or PNG file."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    shown = [row for row in rows if row.ratio is not None and row.unit == "s"]
    if not shown:
        return
    parts = list(dict.fromkeys(row.part for row in shown))
    heights = [sum(row.part == part for row in shown) for part in parts]
    with plt.rc_context({"font.size": 9, "svg.hashsalt": "benchmarks", "svg.fonttype": "none"}):
        figure, axes = plt.subplots(
            len(parts),
            1,
            figsize=(9, 0.27 * len(shown) + 0.75 * len(parts) + 1),
            gridspec_kw={"height_ratios": [height + 0.6 for height in heights]},
            squeeze=False,
            layout="constrained",
        )
        for axis, part in zip(axes[:, 0], parts, strict=True):
            group = [row for row in shown if row.part == part]
            for place, row in enumerate(group):
                ratio = row.ratio or 0.0
                colour = {"met": MET, "MISSED": MISSED}.get(row.verdict, INFORMATION)
                hatch = "//" if row.verdict == "MISSED" else None
                axis.barh(
                    place, min(ratio, WIDEST), 0.65, color=colour, hatch=hatch, edgecolor="white"
                )
                if row.bound is not None:
                    axis.plot(
                        [row.bound, row.bound], [place - 0.45, place + 0.45], color=BOUND, lw=2
                    )
                axis.text(
                    min(max(ratio, row.bound or 0), WIDEST) + 0.02,
                    place,
                    f"{ratio:.2f}",
                    va="center",
                )
            axis.set_yticks(range(len(group)), [_label(row) for row in group])
            axis.set_xlim(0, WIDEST + 0.2)
            axis.set_ylim(len(group) - 0.4, -0.6)
            axis.set_title(part, loc="left", fontweight="bold")
            axis.spines[["top", "right", "left"]].set_visible(False)
            axis.tick_params(axis="y", length=0)
        axes[-1, 0].set_xlabel("measured ÷ baseline: shorter is faster")
        figure.legend(
            handles=[
                Patch(color=MET, label="bound met"),
                Patch(facecolor=MISSED, hatch="//", edgecolor="white", label="bound missed"),
                Patch(color=INFORMATION, label="for information"),
                Line2D([], [], color=BOUND, lw=2, label="bound"),
            ],
            loc="outside lower center",
            ncols=4,
            frameon=False,
        )
        figure.suptitle(title, x=0.01, ha="left", fontsize=8)
        figure.savefig(file, dpi=150, metadata={"Date": None} if file.suffix == ".svg" else None)
        plt.close(figure)
