"""The picture of a network: its feature maps as blocks, what stands between them, where its parameters are."""

import math

from matplotlib.patches import Polygon, Rectangle

from wganlib._arguments import as_finite, as_tuple, check_number, show
from wganlib.networks.stages import as_stages
from wganlib.plots.figures import blank_figure
from wganlib.plots.style import BLUE, GREY, INK, LINE, ORANGE, PAPER, SKY

# In inches: the picture's floor plan.
LEFT, RIGHT, BLOCKS, BARS = 0.75, 0.3, 2.85, 1.0
SIDE, DEPTH = 0.62, 0.30


def plot_network(model, title=None, notes=None, image=None, width=None):
    """Draw a chain of layers: blocks for the feature maps, the operations between them, and two bars per operation.

    A block's sides and depth are drawn on a square-root scale, so that 7 and 128 fit one page. The bars give each
    operation's share of all parameters and of all multiply-adds.

    Args:
        model: a Keras model that `read_stages` can read, or a list of `Stage`.
        title: None writes the totals.
        notes: one short line per feature map (one more than there are stages), e.g. receptive fields.
        image: (h, w) in [−1, 1], shown on the face of the first map.
        width: of the figure, in inches; None: 9 up to five stages, more beyond.

    Returns:
        The `Figure`.

    Raises:
        ValueError: a model that is not a chain, or a title, notes, an image or a width that do not fit.
    """
    stages = as_stages(model)
    maps = [stages[0].input_shape, *(stage.shape for stage in stages)]
    if not (title is None or isinstance(title, str)):
        raise ValueError(f"`title` must be text or None. Received: {show(title)}.")
    if width is not None:
        check_number("width", width, at_least=3)
    if image is not None and (image := as_finite("image", image)).ndim != 2:
        raise ValueError(f"`image` must have shape (height, width). Received: {image.shape}. Take image[..., 0].")
    rule = f"must be texts, one for each of the {len(maps)} feature maps, the input included"
    notes = [""] * len(maps) if notes is None else as_tuple("notes", notes, rule, str)
    if len(notes) != len(maps):
        raise ValueError(f"`notes` {rule}. Received: {len(notes)} of them.")
    total = sum(stage.parameters for stage in stages)
    work = sum(stage.multiply_adds for stage in stages)
    pitch = max((8.9 - LEFT - RIGHT) / len(stages), 1.35) if width is None else (width - LEFT - RIGHT) / len(stages)
    pitch = min(pitch, 1.9)
    width, height = width or LEFT + pitch * len(stages) + RIGHT, BLOCKS + BARS + 0.65
    figure = blank_figure(width, height, layout="constrained", facecolor=PAPER)
    # Every place is given in inches; a layout would rearrange them. (layout="none" says so only until the figure is
    # saved for the first time: matplotlib then falls back to the style.)
    figure.set_layout_engine("none")

    top = figure.add_axes((0, (height - BLOCKS) / height, 1, BLOCKS / height))
    top.set(xlim=(0, width), ylim=(0, BLOCKS))
    top.set_axis_off()
    trainable = sum(stage.weights + stage.norm_weights for stage in stages)
    title = title or f"{total:,} parameters ({trainable:,} trainable), {work / 1e6:,.1f} million multiply-adds a sample"
    top.text(0.1, BLOCKS - 0.2, title, fontsize=12, fontweight="bold", color=INK, va="center")

    largest = max(max(shape[:2]) for shape in maps if len(shape) == 3) if any(len(s) == 3 for s in maps) else 1
    deepest = max(shape[-1] for shape in maps)
    edges = []
    for index, (shape, note) in enumerate(zip(maps, notes, strict=True)):
        x = LEFT - 0.25 + pitch * index
        edges.append(_block(top, x, 1.62, shape, largest, deepest, image if index == 0 else None))
        top.text(x, 2.32, "×".join(map(str, shape)), fontsize=10, fontweight="bold", ha="center", color=INK)
        top.text(x, 2.16, note, fontsize=9, ha="center", va="center", color=GREY)
    weight = "bold" if pitch > 1.4 else "normal"  # "Conv2DTranspose" in bold fills a narrow column
    split = pitch < 1.3 and any(stage.operation == "Conv2DTranspose" for stage in stages)  # into two lines
    for index, stage in enumerate(stages):
        (_, start), (end, _) = edges[index], edges[index + 1]
        arrow = dict(arrowstyle="-|>", color=GREY, linewidth=1.3, shrinkA=0, shrinkB=0)
        top.annotate("", (end - 0.05, 1.62), (start + 0.05, 1.62), arrowprops=arrow)
        x = LEFT - 0.25 + pitch * (index + 0.5)
        head, *lines = _describe(stage)
        head = head.replace("Conv2DT", "Conv2D\nT") if split else head
        top.text(x, 1.1, head, fontsize=9, fontweight=weight, ha="center", va="top", color=INK, linespacing=1.1)
        top.text(
            x, 0.79 if split else 0.93, "\n".join(lines), fontsize=9, ha="center", va="top", color=INK, linespacing=1.15
        )

    bars = figure.add_axes((LEFT / width, 0.62 / height, pitch * len(stages) / width, BARS / height))
    places = [0.5 + index - (0.25 / pitch) for index in range(len(stages))]
    half = 0.155 / pitch
    shares = [100 * stage.parameters / total for stage in stages]
    costs = [100 * stage.multiply_adds / work for stage in stages]
    bars.bar([x - half for x in places], shares, 1.8 * half, color=BLUE, label="parameters")
    bars.bar([x + half for x in places], costs, 1.8 * half, color=ORANGE, label="multiply-adds")
    for x, share, cost in zip(places, shares, costs, strict=True):
        bars.text(x - half, share + 2, _percent(share), fontsize=9, ha="center", color=BLUE)
        bars.text(x + half, cost + 2, _percent(cost), fontsize=9, ha="center", color="#8A5F00")
    bars.set(xlim=(0, len(stages)), ylim=(0, 1.3 * max(*shares, *costs)))
    bars.set_ylabel("share of all, %", fontsize=9)
    bars.set_xticks(places, [_count(stage) for stage in stages], fontsize=9)
    bars.set_xlabel("parameters: kernel and bias + normalisation", fontsize=9, labelpad=1)
    bars.tick_params(axis="y", labelsize=9)
    bars.tick_params(axis="x", length=0)
    bars.grid(False)
    bars.grid(True, axis="y", color=LINE, linewidth=0.6)
    bars.set_axisbelow(True)
    for side in ("top", "right"):
        bars.spines[side].set_visible(False)
    if width - LEFT - pitch * len(stages) > 1.6:  # inches beside the bars
        place = {"loc": "upper left", "bbox_to_anchor": (1, 1)}
    else:
        place = {"loc": "upper left" if _freest(shares, costs) < len(stages) / 2 else "upper right"}
    bars.legend(fontsize=9, frameon=False, borderpad=0, handlelength=1, **place)
    return figure


def _freest(shares, costs):
    return min(range(len(shares)), key=lambda i: shares[i] + costs[i])


def _block(ax, x, y, shape, largest, deepest, image):
    """Draw one feature map around (x, y); returns its left and right edge."""
    if len(shape) == 1:
        tall = max(0.08, 1.1 * math.sqrt(shape[0] / max(deepest, 20)))
        ax.add_patch(Rectangle((x - 0.06, y - tall / 2), 0.12, tall, facecolor=SKY, edgecolor=INK, linewidth=0.9))
        return x - 0.06, x + 0.06
    high, wide = (SIDE * math.sqrt(side / largest) for side in shape[:2])
    deep = DEPTH * math.sqrt(shape[2] / deepest) if deepest > 3 else 0.03
    left, bottom = x - (wide + deep) / 2, y - (high + deep) / 2
    right, up = left + wide, bottom + high
    style = dict(edgecolor=INK, linewidth=0.9, joinstyle="round")
    ax.add_patch(
        Polygon([(left, up), (left + deep, up + deep), (right + deep, up + deep), (right, up)], facecolor=LINE, **style)
    )
    ax.add_patch(
        Polygon(
            [(right, bottom), (right + deep, bottom + deep), (right + deep, up + deep), (right, up)],
            facecolor=BLUE,
            alpha=0.85,
            **style,
        )
    )
    ax.add_patch(Rectangle((left, bottom), wide, high, facecolor=SKY, **style))
    if image is not None:
        ax.imshow(image, cmap="gray", vmin=-1, vmax=1, extent=(left, right, bottom, up), aspect="auto", zorder=3)
        ax.set(xlim=(0, ax.figure.get_figwidth()), ylim=(0, BLOCKS))
    return left, right + deep


def _describe(stage):
    """The lines under an arrow."""
    if stage.operation == "Dense":
        units = math.prod(stage.shape)
        lines = ["Dense", f"{units:,} units", *(["reshape"] if len(stage.shape) == 3 else [])]
    else:
        kernel = "×".join(map(str, stage.kernel))
        lines = [stage.operation, f"{kernel}, {f'stride {stage.stride}' if stage.padding == 'same' else 'valid'}"]
    return [*lines, *stage.after]


def _count(stage):
    other = stage.norm_weights + stage.frozen
    return f"{stage.weights:,}" + (f"\n+ {other:,}" if other else "")


def _percent(share):
    return f"{share:.0f}" if share >= 1 else f"{share:.1f}" if share >= 0.05 else "<0.1"
