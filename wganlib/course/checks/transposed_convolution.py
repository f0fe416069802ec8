"""Checks for the exercises of chapter 01."""

import keras
import numpy as np

from wganlib.course.checks.verdict import NOT_YET, Verdict, call, compare, unanswered
from wganlib.course.convolution import conv_transpose, correlate, output_size, overlap_counts

FIRST_IMAGE, FIRST_KERNEL = np.array([[1, 2], [0, 3]]), np.array([[1, 0], [2, 1]])
LAST_WINS = "Where stamps overlap you kept the last one; they are added."


def check_output_sizes(answer):
    """Exercise 1: the output sides of three layers on a 7 × 7 input; three whole numbers.

    (a) kernel 5, stride 2, "same"; (b) kernel 5, stride 2, "valid"; (c) kernel 3, stride 2, "valid", output_padding 1.
    """
    if isinstance(answer, dict):
        answer = list(answer.values())
    settings = ((5, 2, "same", None), (5, 2, "valid", None), (3, 2, "valid", 1))
    sizes = [output_size(7, *setting) for setting in settings]
    verdict = compare(
        answer,
        sizes,
        f"Right: {sizes[0]}, {sizes[1]} and {sizes[2]}. Three different sizes from one 7 × 7 input.",
    )
    if verdict or unanswered(answer):
        return verdict
    try:
        if np.iscomplexobj(answer):
            return verdict
        given = [int(side) for side in np.ravel(answer)]
        pairs = [tuple(side) for side in answer if np.ndim(side) == 1 and len(side) == 2]
    except (TypeError, ValueError, OverflowError):
        return verdict
    if len(pairs) == 3 and all(a == b for a, b in pairs):  # (14, 14), … is a sensible way to write 14
        return check_output_sizes([side for side, _ in pairs])
    if len(given) != 3:
        return Verdict(False, f"Three numbers were expected, one for each layer, but there are {len(given)}.")
    reasons = (
        'With "same" the output is size · stride, whatever the kernel.',
        "The last of the 7 stamps begins at cell (7 − 1) · stride and is a whole kernel wide.",
        "It is the valid size for kernel 3 and then output_padding more.",
    )
    convolved = (4, 2, 3)
    for index, letter in enumerate("abc"):
        if given[index] == sizes[index]:
            continue
        if given[index] == convolved[index]:
            return Verdict(
                False, f"({letter}) {given[index]} is what Conv2D makes; Conv2DTranspose makes larger images."
            )
        return Verdict(False, f"({letter}) is not {given[index]}. {reasons[index]}")
    return verdict


def check_stamps(answer):
    """Exercise 2: the transposed convolution of a 2 × 2 image with a 2 × 2 kernel, stride 1, valid; a 3 × 3 matrix."""
    right = conv_transpose(FIRST_IMAGE, FIRST_KERNEL)
    padded = np.pad(FIRST_IMAGE, 1)
    try:
        given = np.asarray(answer, dtype=float)
    except (TypeError, ValueError):
        given = None
    if given is not None and given.shape == (4, 4):
        return Verdict(False, "4 × 4 is the size for stride 2; with stride 1 neighbouring stamps overlap: 3 × 3.")
    if given is not None and given.size == 9:
        answer = given.reshape(3, 3)  # (1, 3, 3, 1), as Keras returns it, or nine numbers in a row
    return compare(
        answer,
        right,
        "Right: four stamps, added where they overlap.",
        hints=(
            (
                correlate(padded, FIRST_KERNEL),
                "You slid the kernel over the padded image without flipping it. A stamp is the kernel as it stands; "
                "who slides must flip it.",
            ),
            (
                right.T,
                "Rows and columns are exchanged: image[0, 1] = 2 stamps one column to the right, not one row down.",
            ),
            (_last_stamp_wins(FIRST_IMAGE, FIRST_KERNEL), LAST_WINS),
            (_last_stamp_wins(FIRST_IMAGE, FIRST_KERNEL, skip_zeros=True), LAST_WINS),
        ),
    )


def check_transposed_convolution(function):
    """Exercise 3: function(image, kernel, stride) → the valid transposed convolution, for kernel ≥ stride."""
    random = np.random.default_rng(1)
    for shape, side, stride in (((2, 2), 2, 1), ((3, 3), 3, 1), ((4, 4), 2, 2), ((3, 3), 5, 2), ((2, 4), 3, 3)):
        image, kernel = random.integers(1, 9, shape).astype(float), random.integers(1, 9, (side, side)).astype(float)
        case = f"image {shape}, kernel {side} × {side}, stride {stride}"
        kept = image.copy(), kernel.copy()
        given, problem = call(function, "image, kernel and stride", image, kernel, stride, case=case)
        if problem is not None:
            return problem
        if not (np.array_equal(image, kept[0]) and np.array_equal(kernel, kept[1])):
            return Verdict(False, f"{case}: your function changed its arguments. Write into a new array.")
        layer = keras.layers.Conv2DTranspose(1, side, strides=stride, use_bias=False)
        layer.build((1, *shape, 1))
        layer.set_weights([kernel[:, :, None, None]])
        right = keras.ops.convert_to_numpy(layer(image[None, :, :, None]))[0, :, :, 0]
        hints = [(_flipped(image, kernel, stride), "The stamps are flipped. Keras stamps the kernel as it stands.")]
        if side > stride:
            hints.append(
                (_last_stamp_wins(image, kernel, stride), "Where stamps overlap, add (+=) instead of replacing.")
            )
        try:
            given = np.squeeze(np.asarray(given, dtype=float))  # Keras' (1, h, w, 1) is welcome too
        except (TypeError, ValueError):
            return Verdict(False, f"{case}: a matrix was expected back, not {type(given).__name__}.")
        verdict = compare(given, right, "", hints, tolerance=1e-4)
        if not verdict:
            return Verdict(False, f"{case}: {verdict.message}")
    return Verdict(True, "Right: equal to Keras' Conv2DTranspose for five images, kernels and strides.")


def check_even_layer(answer):
    """Exercise 4: settings of a Conv2DTranspose that makes 24 × 24 of 8 × 8 with even overlap and kernel > stride.

    Takes {"kernel_size": …, "strides": …, "padding": …} or a `keras.layers.Conv2DTranspose`.
    """
    if unanswered(answer):
        return NOT_YET
    if isinstance(answer, keras.layers.Conv2DTranspose):
        settings = {name: getattr(answer, name) for name in ("kernel_size", "strides", "padding", "output_padding")}
        if set(answer.dilation_rate) != {1}:
            return Verdict(False, "Leave dilation_rate at 1: it is not needed here.")
    elif isinstance(answer, dict):
        settings = {"strides": 1, "padding": "valid", "output_padding": None}
        settings |= {{"stride": "strides", "kernel": "kernel_size"}.get(name, name): answer[name] for name in answer}
        unknown = set(settings) - {"kernel_size", "strides", "padding", "output_padding"}
        if unknown or "kernel_size" not in settings:
            return Verdict(False, f'The keys are "kernel_size", "strides" and "padding"; yours are {list(answer)}.')
    else:
        return Verdict(False, f"A dictionary or a Conv2DTranspose was expected, but this is {type(answer).__name__}.")
    for name in ("kernel_size", "strides", "output_padding"):
        value = settings[name]
        if isinstance(value, (tuple, list)) and value:
            if any(part != value[0] for part in value):
                return Verdict(False, f"Take the same {name} in both directions, not {value}.")
            settings[name] = value[0]
    kernel, stride, padding = settings["kernel_size"], settings["strides"], settings["padding"]
    padding = padding.lower() if isinstance(padding, str) else padding  # Keras takes "SAME" too
    try:
        side = output_size(8, kernel, stride, padding, settings["output_padding"])
    except ValueError as problem:
        return Verdict(False, str(problem))
    if side != 24:
        which = "stride triples" if stride != 3 else "padding cuts to exactly 3 · 8"
        return Verdict(False, f"This layer makes {side} × {side} of 8 × 8, not 24 × 24. Which {which}?")
    if kernel <= stride:
        return Verdict(
            False,
            f"24 × 24, but kernel {kernel} at stride {stride} lets no two stamps overlap: neighbouring blocks know "
            "nothing of each other. Take a kernel larger than the stride.",
        )
    inside = overlap_counts(8, kernel, stride, padding)[8:16, 8:16]
    if kernel % stride:
        return Verdict(
            False,
            f"24 × 24, but inside the image a cell receives between {inside.min()} and {inside.max()} stamps: kernel "
            f"{kernel} is not a multiple of stride {stride}, and that is the checkerboard.",
        )
    return Verdict(True, f"Right: 24 × 24, and every cell inside receives {inside.min()} stamps.")


def check_resize_kernel(function):
    """Exercise 5: function(w) → the 4 × 4 kernel that at stride 2 does "double by nearest, then convolve with w"."""
    random = np.random.default_rng(2)
    ones = np.ones((2, 2))
    for w in (np.eye(3), random.integers(1, 9, (3, 3)).astype(float), random.normal(size=(3, 3))):
        given, problem = call(function, "the 3 × 3 kernel w", w.copy())
        if problem is not None:
            return problem
        right = conv_transpose(ones, w[::-1, ::-1])
        verdict = compare(
            given,
            right,
            "",
            hints=(
                (
                    conv_transpose(ones, w),
                    "Nearly: this kernel is mirrored. A convolution slides w as it stands, a transposed convolution "
                    "stamps; one becomes the other by flipping w.",
                ),
                (right / 4, "Right up to a factor 4: repeating a pixel copies it, it does not share it out."),
            ),
        )
        if not verdict:
            return Verdict(False, f"For w = {np.round(w, 2).tolist()}: {verdict.message}")
    return Verdict(True, "Right: resize-convolution is a transposed convolution whose 16 weights are tied to 9.")


def _last_stamp_wins(image, kernel, stride=1, skip_zeros=False):
    side = len(kernel)
    out = np.zeros([(n - 1) * stride + side for n in image.shape])
    for (i, j), value in np.ndenumerate(image):
        if skip_zeros and value == 0:  # on paper nobody writes down a stamp of zeros
            continue
        out[i * stride : i * stride + side, j * stride : j * stride + side] = value * kernel
    return out


def _flipped(image, kernel, stride):
    return conv_transpose(image, kernel[::-1, ::-1], stride)
