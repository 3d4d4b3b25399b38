"""Displayed figures are written down as plain data."""

from __future__ import annotations

PLOT = "import matplotlib.pyplot as plt, numpy as np\n"


def axes_of(box, source: str, place: int = 0) -> dict:
    figures = box.run(PLOT + source)["figures"]
    assert figures[0]["problem"] is None
    return figures[0]["axes"][place]


def test_titles_labels_limits_and_legend(box):
    axes = axes_of(
        box,
        "plt.plot([0, 1, 2], [1, np.nan, 4], 'r--o', label='loss')\nplt.title('T')\n"
        "plt.xlabel('x')\nplt.ylabel('y')\nplt.xlim(0, 5)\nplt.yscale('log')\nplt.legend()\n"
        "plt.text(1, 1, 'here');",
    )
    assert (axes["title"], axes["xlabel"], axes["ylabel"]) == ("T", "x", "y")
    assert (axes["xlim"], axes["xscale"], axes["yscale"]) == ([0.0, 5.0], "linear", "log")
    assert (axes["legend"], axes["texts"], axes["kind"]) == (["loss"], ["here"], "rectilinear")
    line = axes["lines"][0]
    assert (line["x"], line["y"], line["z"]) == ([0.0, 1.0, 2.0], [1.0, None, 4.0], None)
    assert (line["label"], line["color"], line["linestyle"]) == ("loss", "r", "--")
    assert (line["marker"], line["points"]) == ("o", 3)


def test_scatters_bars_images_and_the_rest(box):
    source = (
        "fig, a = plt.subplots(2, 2)\nfig.suptitle('S')\n"
        "a[0, 0].scatter([1, 2], np.ma.masked_equal([3, 0], 0), label='p')\n"
        "a[0, 1].bar(['u', 'v'], [2, 3], label='n')\n"
        "a[1, 0].imshow(np.zeros((4, 5, 3)), extent=(0, 1, 0, 2))\n"
        "a[1, 1].fill_between([0, 1], [1, 2], label='band')\na[1, 1].add_patch(plt.Circle((0, 0)))"
    )
    figure = box.run(PLOT + source + ";")["figures"][0]
    scatter, bars, image, rest = figure["axes"]
    assert (figure["suptitle"], figure["size"]) == ("S", [6.4, 4.8])
    assert (scatter["scatters"][0]["x"], scatter["scatters"][0]["y"]) == ([1.0, None], [3.0, None])
    assert bars["xticklabels"] == ["u", "v"]
    assert (bars["bars"][0]["height"], bars["bars"][0]["label"]) == ([2.0, 3.0], "n")
    assert (bars["patches"], bars["legend"]) == ({}, None)
    assert (image["images"][0]["shape"], image["images"][0]["extent"]) == ([4, 5, 3], [0, 1, 0, 2])
    assert rest["collections"][0]["label"] == "band"
    assert rest["patches"] == {"Circle": 1}


def test_three_dimensions(box):
    axes = axes_of(
        box,
        "ax = plt.figure().add_subplot(projection='3d')\nax.plot([1, 2], [3, 4], [5, 6])\n"
        "ax.scatter([1], [2], [3])\nax.set_zlabel('h');",
    )
    assert (axes["kind"], axes["zlabel"]) == ("3d", "h")
    assert axes["lines"][0]["z"] == [5.0, 6.0]
    assert axes["scatters"][0]["z"] == [3.0]


def test_each_displayed_figure_counts_once_a_cell(box):
    figures = box.run(
        PLOT
        + "f = plt.figure()\nplt.plot([1])\nplt.show()\ndisplay(f)\nplt.figure()\nplt.plot([2]);",
        "f",
        "g = plt.figure()\nplt.plot([3])\nplt.close()",
    )["figures"]
    assert [figure["cell"] for figure in figures] == [0, 0, 1]
    assert [figure["axes"][0]["lines"][0]["y"] for figure in figures] == [[1.0], [2.0], [1.0]]


def test_long_series_are_cut_and_say_so(box):
    line = axes_of(box, "plt.plot(np.zeros(10_050));")["lines"][0]
    assert (len(line["y"]), line["points"]) == (10_000, 10_050)


def test_a_notebooks_points_are_bounded(box):
    source = "for i in range(45):\n    plt.plot(np.zeros(10_000))\nplt.gcf().set_size_inches(1, 1);"
    lines = axes_of(box, source)["lines"]
    assert sum(len(line["x"]) for line in lines) == 400_000
    assert lines[-1] == lines[-1] | {"x": [], "y": [], "points": 10_000}


def test_an_artist_that_breaks_leaves_a_problem_and_the_cell_whole(box):
    answer = box.run(
        PLOT + "fig, ax = plt.subplots()\nax.plot([1])\n"
        "def broken(): raise ValueError('no title')\nfig.get_suptitle = broken;"
    )
    assert answer["figures"][0]["problem"] == "ValueError: no title"
    assert [o["output_type"] for o in answer["runs"][0]["outputs"]] == ["display_data"]


def test_svg_figures_are_written_down_too(box):
    answer = box.run("%config InlineBackend.figure_formats = ['svg']\n" + PLOT + "plt.plot([7]);")
    assert answer["figures"][0]["axes"][0]["lines"][0]["y"] == [7.0]
    assert "image/svg+xml" in answer["runs"][0]["outputs"][0]["data"]
