"""Checks for chapter 09, your own images."""

import numpy as np

from wganlib._arguments import show
from wganlib.course.checks.verdict import NOT_YET, Verdict, call, compare, unanswered

# What one could save of a run, and whether ExactResume has to.
STATE = {
    "weights": True,
    "optimiser state": True,
    "moving average": True,
    "step counter": True,
    "images": False,
    "order of the images": False,
    "z and α": False,
}
WHY = {
    "weights": "without the weights of both networks there is nothing to go on with",
    "optimiser state": "Adam's two running means would start at zero again, and the next steps would differ",
    "moving average": "the averaged generator cannot be worked out from the newest weights",
    "step counter": "z, α and the order of the images are functions of the seed and the step",
    "images": "they lie in their folder; a checksum is enough to refuse other ones",
    "order of the images": "it is a function of the seed and the step, so it comes back by itself",
    "z and α": "they are a function of the seed and the step, so they come back by themselves",
}


def check_steps_per_epoch(answer):
    """Exercise 1: steps in one pass over 3,700 images with n_critic = 2 and a batch of 64."""
    return compare(
        answer,
        3700 // 128,
        "3,700 // (2 · 64): each of the two critic updates takes 64 fresh images. The 116 that are left over wait for "
        "the next epoch's shuffle.",
        [
            (3700 // 64, "That is one batch a step; a step makes n_critic = 2 critic updates, each on fresh images."),
            (3700 / 128, "Almost: an incomplete step at the end is not made, so round down."),
            (29, "Rounded up: the last step would lack 12 images, and is left out."),
            (3700 // 192, "The generator's update needs no real images: only the critic's two do."),
        ],
        tolerance=1e-9,
    )


def check_saved_state(answer):
    """Exercise 2: which of STATE's seven things must be saved, as a set of their names."""
    if unanswered(answer):
        return NOT_YET
    names = ", ".join(map(repr, STATE))
    if isinstance(answer, (str, bytes)):
        return Verdict(False, f"A set of names was expected, this is one text: {answer!r}. Put it in braces.")
    try:
        given = set(answer)
    except TypeError:
        return Verdict(False, f"A set of names out of {names} was expected, this is {type(answer).__name__}.")
    unknown = [name for name in given if not isinstance(name, str) or name not in STATE]
    if unknown:
        return Verdict(False, f"{unknown[0]!r} is not in the list; choose among {names}.")
    for name, needed in STATE.items():
        if needed and name not in given:
            return Verdict(False, f"{name!r} is missing: {WHY[name]}.")
        if not needed and name in given:
            return Verdict(False, f"{name!r} need not be saved: {WHY[name]}.")
    return Verdict(True, "These four, and the epoch's number for Keras: all else follows from the seed and the step.")


def check_smallest_map(answer):
    """Exercise 4: (height, width) of the generator's first map for 96×128 pixels, which are halved four times."""
    if unanswered(answer):
        return NOT_YET
    try:
        height, width = (float(side) for side in answer)
    except (TypeError, ValueError):
        return Verdict(False, f"A pair (height, width) was expected, this is {show(answer)}.")
    says = {
        (6, 8): "Four times halved, 96 becomes 6: the first number from 4 to 7. So n_filters begins at 32 · 2³ = 256.",
        (8, 6): "Height comes first: the pictures are 96 high and 128 wide.",
        (12, 16): "Three blocks: the shorter side is 12 then, and can be halved once more before it is below 4.",
        (3, 4): "Five blocks: the shorter side is 3 then, below 4. One less.",
        (7, 7): "That is the map of digits, 28 = 7 · 2². Halve 96 until it is from 4 to 7.",
        (24, 32): "Two blocks are for 28 pixels. Halve 96 until it is from 4 to 7.",
    }
    otherwise = f"Not ({height:g}, {width:g}). Halve 96 until it is from 4 to 7, and 128 as often."
    return Verdict((height, width) == (6, 8), says.get((height, width), otherwise))


def check_scaled_pictures(answer):
    """Exercise 3: a function that makes of uint8 pictures, grey or colour, float32 (n, h, w, channels) in [−1, 1]."""
    rng = np.random.default_rng(0)
    for shape, kind in (((3, 4, 6, 3), "Colour"), ((3, 4, 6), "Grey")):
        pictures = rng.integers(40, 200, size=shape, dtype=np.uint8)
        pictures.flat[:2] = 20, 230  # neither 0 nor 255 need be among them
        given = pictures.copy()
        scaled, problem = call(answer, "the pictures", given)
        if problem is not None:
            return problem
        if not np.array_equal(given, pictures):
            return Verdict(False, "Your function changes the pictures that it is given: work on a copy of them.")
        problem = _what_is_wrong_with(scaled, pictures, kind)
        if problem:
            return Verdict(False, problem)
    return Verdict(True, "float32 in [−1, 1] with a channel axis: grey and colour are both ready for wl.batches.")


def _what_is_wrong_with(scaled, pictures, kind):
    """What is wrong with the pictures as a reader scaled them, or ""."""
    try:
        scaled = np.asarray(scaled)
        values = scaled.astype(float)
    except (TypeError, ValueError):
        return f"An array was expected, your function returns {type(scaled).__name__}."
    wanted = pictures.shape if pictures.ndim == 4 else (*pictures.shape, 1)
    received = f"{kind} pictures of shape {pictures.shape} come out as {scaled.shape}"
    if scaled.shape != wanted:
        if scaled.shape == pictures.shape:
            return f"{received}: a convolution wants the channel axis, {wanted}, even where it is 1 long."
        if scaled.ndim == 5:
            return f"{received}: they have their channel axis already, only grey ones lack it."
        return f"{received}; they should be {wanted}."
    if not np.issubdtype(scaled.dtype, np.floating):
        return f"They come out as {scaled.dtype}: of whole numbers only 0 lies between −1 and 1. Convert to float32."
    pictures = pictures.reshape(wanted)
    right = pictures.astype(float) / 127.5 - 1
    if not np.allclose(values, right, atol=1e-2 if scaled.dtype == np.float16 else 1e-5):
        otherwise = f"{pictures.flat[0]} becomes {values.flat[0]:.4g}; x / 127.5 − 1 is right."
        return _wrong_scale(values, pictures) or otherwise
    if scaled.dtype != np.float32:
        return f"Right numbers, in {scaled.dtype}: the networks calculate in float32, so convert them."
    return ""


def _wrong_scale(values, pictures):
    """The sentence on a scale that people use by mistake, or None."""
    exact = pictures.astype(float)
    low, high = exact.min(), exact.max()
    hints = [
        (exact, "They are still 0 … 255: divide by 127.5, then subtract 1."),
        (exact / 255, "That is [0, 1], the range of a sigmoid; tanh ends at −1 and 1, so stretch it: 2 · x − 1."),
        (exact / 127.5, "That is [0, 2]: right in width, now subtract 1."),
        (exact - 127.5, "The middle is at 0, but the ends are at ±127.5: divide by 127.5."),
        (exact / 128 - 1, "255 becomes 0.992: between 0 and 255 there are 255 steps, so divide by 127.5."),
        (1 - exact / 127.5, "Black and white are exchanged: 0 must become −1."),
        (
            2 * (exact - low) / (high - low) - 1,
            "Stretched from the darkest to the brightest pixel of this very array: another folder would get another "
            "scale. Use 0 and 255, whatever the pictures hold.",
        ),
        (
            (2 * pictures) / 255 - 1,
            "uint8 wraps around at 256, 2 · 200 is 144: convert to float32 before you multiply.",
        ),
    ]
    return next((says for wrong, says in hints if np.allclose(values, wrong, atol=1e-3)), None)
