#!/usr/bin/env python3
"""Draws AUC against ensemble size from auc.csv with matplotlib. Change it as you like.

    python3 figure3.py                                          the auc.csv beside this file
    python3 figure3.py a/auc.csv b/auc.csv --width 7 --output both.pdf    a panel for each

clvae puts this file where there is none, and never writes over it.
"""

import argparse
import csv
import pathlib

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402  (the line above has to come first)

# What curves are called, by method and score; others are called by those words.
NAMES = {}
# For readers with any colour vision (Okabe and Ito 2008), with as many marks.
COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"]
MARKS = ["o", "s", "^", "D", "v", "p", "x"]
STYLE = {
    "font.size": 9,
    "legend.fontsize": 8,
    "lines.linewidth": 1.3,
    "lines.markersize": 3.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "grid.color": "#E4E4E4",
    "pdf.fonttype": 42,  # letters stay letters, which some publishers ask for
}


def primary_curves(path):
    """The curves of Figure 3: their rows by method, score and merge, in the order of the file."""
    curves = {}
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["primary"] == "1":
                key = row["method"], row["score"], row["merge"]
                curves.setdefault(key, []).append(row)
    return curves


def draw(axes, curves, looks):
    """One panel: mean AUC at each size, the band its curve interval."""
    largest = max(int(rows[-1]["size"]) for rows in curves.values())
    for key, rows in curves.items():
        method, score, _ = key
        name = NAMES.get((method, score), f"{method}, {score.replace('_', ' ')}")
        colour, mark = looks.setdefault(name, (COLOURS[len(looks) % len(COLOURS)],
                                               MARKS[len(looks) % len(MARKS)]))
        means = [float(row["auc_mean"]) for row in rows]
        sizes = [int(row["size"]) for row in rows]
        if rows[0]["members_requested"] == "1" and largest > 1:  # the same at every size
            axes.plot([1, largest], means * 2, color=colour, label=name)
            continue
        axes.plot(sizes, means, color=colour, marker=mark, label=name,
                  markevery=max(1, len(sizes) // 10))
        banded = [row for row in rows if row["curve_lower"]]
        axes.fill_between([int(row["size"]) for row in banded],
                          [float(row["curve_lower"]) for row in banded],
                          [float(row["curve_upper"]) for row in banded],
                          color=colour, alpha=0.18, linewidth=0)
    axes.set_xlabel("Ensemble size")
    axes.xaxis.get_major_locator().set_params(integer=True)


def main():
    folder = pathlib.Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tables", nargs="*", default=[folder / "auc.csv"], metavar="auc.csv")
    parser.add_argument("--width", type=float, default=3.3, help="in inches [3.3]")
    parser.add_argument("--output", default=folder / "figure3_matplotlib.pdf",
                        help="its ending says the format: pdf, png, svg, pgf [%(default)s]")
    arguments = parser.parse_args()
    plt.rcParams.update(STYLE)
    panels = len(arguments.tables)
    figure, all_axes = plt.subplots(1, panels, squeeze=False)
    looks = {}  # a curve's, the same in all panels
    for axes, path in zip(all_axes[0], arguments.tables):
        draw(axes, primary_curves(path), looks)
        if panels > 1:
            axes.set_title(pathlib.Path(path).resolve().parent.name)
    all_axes[0, 0].set_ylabel("AUC")
    handles = {label: handle for axes in all_axes[0]
               for handle, label in zip(*axes.get_legend_handles_labels())}
    columns = 2 if arguments.width > 5 else 1
    key_height = 0.17 * -(-len(handles) // columns) + 0.05  # in inches
    height = 0.5 * arguments.width / panels + 0.7 + key_height
    figure.set_size_inches(arguments.width, height)
    figure.legend(handles.values(), handles.keys(), loc="lower center", frameon=False, ncol=columns)
    figure.tight_layout(rect=(0, key_height / height, 1, 1), pad=0.3)
    figure.savefig(arguments.output)
    print(arguments.output)


if __name__ == "__main__":
    main()
