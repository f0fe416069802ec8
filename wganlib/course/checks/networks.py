"""Checks of chapter 03: parameter counts, shapes, receptive fields, and two networks built to order."""

import keras
import numpy as np
import tensorflow as tf

from wganlib.course.checks.verdict import NOT_YET, Verdict, call, unanswered
from wganlib.networks.stages import plan_generator, read_stages

LAYER = dict(kernel=4, inputs=64, outputs=32)
WIDER = dict(z_size=64, output_size=(64, 64, 3), n_filters=256, n_blocks=3)
GENERATOR_LIMIT, CRITIC_LIMIT = 50_000, 100_000


def check_layer_count(answer):
    """Exercise 1: (total, trainable) of a 4×4 Conv2DTranspose 64 → 32 without bias and its BatchNormalization."""
    if unanswered(answer):
        return NOT_YET
    try:
        given = np.asarray(answer, dtype=float).ravel()
    except (TypeError, ValueError):
        return Verdict(False, f"Two numbers were expected, (total, trainable), but this is {answer!r}.")
    if given.shape != (2,):
        return Verdict(False, f"Two numbers were expected, (total, trainable), but this is {given.size}.")
    k, inputs, outputs = LAYER["kernel"], LAYER["inputs"], LAYER["outputs"]
    kernel = k * k * inputs * outputs
    total, trainable = kernel + 4 * outputs, kernel + 2 * outputs
    given = (float(given[0]), float(given[1]))
    if given == (total, trainable):
        return Verdict(
            True,
            f"{kernel:,} in the kernel, γ and β for {outputs} channels make {trainable:,}, moving averages {total:,}.",
        )
    known = {
        (trainable, total): "These are the right numbers the wrong way round: the total comes first.",
        (kernel, kernel): "That is the kernel alone. BatchNormalization adds four numbers a channel; two are trained.",
        (total, total): "The total is right, but the gradient does not train the moving mean and the moving variance.",
        (trainable, trainable): "The trainable count is right. The total also counts the moving mean and variance.",
        (total + outputs, trainable + outputs): "You counted a bias; this layer has use_bias=False.",
        (kernel + 4 * inputs, kernel + 2 * inputs): (
            "BatchNormalization stands after the layer: it works on the 32 channels that come out, not on the 64."
        ),
        (k * inputs * outputs + 4 * outputs, k * inputs * outputs + 2 * outputs): (
            "A 4×4 kernel has 16 places, not 4: its size counts once for the height and once for the width."
        ),
        (kernel * 4 + 4 * outputs, kernel * 4 + 2 * outputs): "The stride moves the kernel; it adds no weights.",
    }
    if given in known:
        return Verdict(False, known[given])
    if given[0] < given[1]:
        return Verdict(False, "The total comes first, and it cannot be smaller than the trainable count.")
    part = "total" if given[0] != total else "trainable count"
    value, right = (given[0], total) if given[0] != total else (given[1], trainable)
    return Verdict(
        False,
        f"The {part} is too {'large' if value > right else 'small'}: the kernel has height · width · channels in · "
        "channels out numbers, BatchNormalization four for each channel that comes out, two of them trained.",
    )


def check_shapes(answer):
    """Exercise 2: the six feature maps of the generator for 64×64 colour images, Dense and Reshape first."""
    if unanswered(answer):
        return NOT_YET
    expected = [stage.shape for stage in plan_generator(**WIDER)]
    try:
        given = [tuple(None if side is None else int(side) for side in shape) for shape in answer]
    except (TypeError, ValueError):
        return Verdict(False, "A list of shapes was expected, e.g. [(8, 8, 256), …], one tuple for each feature map.")
    given = [shape[1:] if len(shape) == 4 else shape for shape in given]  # with a batch axis is right too
    if given == expected:
        return Verdict(True, "Every doubling of the image halves the channels; only the last layer breaks the rule.")
    if len(given) != len(expected):
        missing = (
            "the stem keeps the shape, and still makes a map of its own"
            if len(given) == len(expected) - 1
            else "one after Dense and Reshape, one after the stem, one a block, and the image"
        )
        return Verdict(False, f"There are {len(expected)} maps, and you have {len(given)}: {missing}.")
    for number, (mine, right) in enumerate(zip(given, expected, strict=True), start=1):
        if mine == right:
            continue
        if len(mine) != 3:
            return Verdict(False, f"Map {number} should be (height, width, channels), but it is {mine}.")
        if mine == (right[2], *right[:2]):
            return Verdict(False, f"Map {number} has its channels first; Keras puts them last.")
        if mine[:2] != right[:2]:
            reason = f"64 halved three times is {expected[0][0]}, and each stride 2 doubles it again"
            return Verdict(False, f"Map {number} has the wrong height or width, {mine[0]}×{mine[1]}: {reason}.")
        reason = "the image has 3" if number == len(expected) else "they start at 256 and halve with every doubling"
        return Verdict(False, f"Map {number} has {mine[2]} channels; {reason}.")


def check_receptive_field(function):
    """Exercise 3: a function of [(kernel, stride), …] that returns how many pixels one unit sees along one axis."""
    cases = (
        [(5, 1)],
        [(3, 1), (3, 1)],
        [(5, 1), (5, 2)],
        [(5, 1), (5, 2), (5, 2)],
        [(4, 2), (4, 2), (4, 2)],
        [(3, 2), (1, 1), (5, 3), (2, 1)],
    )
    for layers in cases:
        size, step, late, plain = 1, 1, 1, 1
        for kernel, stride in layers:
            plain += kernel - 1
            late += (kernel - 1) * step * stride
            size += (kernel - 1) * step
            step *= stride
        given, problem = call(function, "[(kernel, stride), …]", list(layers), case=f"For {layers}")
        if problem is not None:
            return problem
        try:
            value = np.asarray(given, dtype=float)
        except (TypeError, ValueError):
            return Verdict(False, f"For {layers} a number was expected, not {given!r}.")
        if value.size != 1:
            return Verdict(False, f"For {layers} one number was expected, the last layer's size, not {given!r}.")
        value = float(value.ravel()[0])
        if value == size:
            continue
        if value == plain:
            reason = "the strides play no part in it. After a stride of 2, one cell further is two pixels further"
        elif value == late:
            reason = "a layer's own stride counts only for the layers after it: add first, multiply the step then"
        elif value == size - 1:
            reason = "start from 1, not from 0: without any layer, a unit sees one pixel"
        elif value == step:
            reason = "this is the step between neighbours (the product of the strides), not the size"
        else:
            reason = "each layer adds (kernel − 1) steps, and its stride then multiplies the step"
        return Verdict(False, f"For {layers} your function gives {value:g}, but {size} is right; {reason}.")
    return Verdict(True, f"Right for all {len(cases)} networks tried.")


def check_small_generator(model):
    """Exercise 4: a generator for 32×32 colour images from z of length 32, ≤ 50,000 parameters, even overlap, tanh."""
    problem = _model_problem(model, (32,), (32, 32, 3))
    if problem is not None:
        return problem
    count = model.count_params()
    if count > GENERATOR_LIMIT:
        return Verdict(
            False,
            f"{count:,} parameters, but at most {GENERATOR_LIMIT:,} are allowed: n_filters counts nearly squared, and "
            "the stem is a large part.",
        )
    try:
        stages = read_stages(model)
    except ValueError as error:
        return Verdict(False, str(error))
    for number, stage in enumerate(stages, start=1):
        if stage.operation == "Conv2DTranspose" and any(side % stage.stride for side in stage.kernel):
            return Verdict(
                False,
                f"Layer {number} has a {stage.kernel[0]}×{stage.kernel[1]} kernel at stride {stage.stride}: the "
                "overlap is uneven (chapter 01). Its side should be a multiple of the stride.",
            )
    # Far outside what z will be, a bounded last layer still holds.
    images = model(1000 * tf.random.stateless_normal((16, 32), seed=(3, 4)), training=False).numpy()
    if np.abs(images).max() > 1:
        return Verdict(False, f"An output reached {np.abs(images).max():.3g}: images live in [−1, 1], end in tanh.")
    if images.min() >= 0:
        return Verdict(False, "No output is negative: images live in [−1, 1], so the end is tanh, not a sigmoid.")
    return Verdict(True, f"{count:,} parameters, even overlap, images in [−1, 1].")


def check_critic(model):
    """Exercise 5: a critic for 28×28×1 that a gradient penalty can use: each sample alone, unbounded, sees all."""
    problem = _model_problem(model, (28, 28, 1), (1,))
    if problem is not None:
        return problem
    count = model.count_params()
    if count > CRITIC_LIMIT:
        return Verdict(False, f"{count:,} parameters, but at most {CRITIC_LIMIT:,} are allowed.")
    images = tf.random.stateless_uniform((4, 28, 28, 1), seed=(1, 2), minval=-1.0)
    copy = _copy(model)  # a training call would move the reader's own moving averages
    with tf.GradientTape() as tape:
        tape.watch(images)
        value = copy(images, training=True)[0, 0]
    gradient = tape.gradient(value, images)
    if gradient is None:
        return Verdict(False, "The output does not depend on the image at all.")
    reach = np.abs(gradient.numpy())
    if reach[1:].max() > 0:
        return Verdict(
            False,
            "D(x₀) changes when only x₁ changes: a layer mixes the batch. BatchNormalization does (chapter 02); a "
            "critic under a gradient penalty does without it, or takes LayerNormalization.",
        )
    seen = _pixels_ever_seen(model)
    if seen < 28 * 28:
        return Verdict(
            False, f"Its output depends on {seen} of 784 pixels: the last layer should gather the whole map."
        )
    if _is_bounded(model):
        return Verdict(
            False,
            "The output stays within bounds however large the last weights are: a critic's value is unbounded, so its "
            "last layer has no activation.",
        )
    return Verdict(True, f"{count:,} parameters; each image is judged alone, as a whole, on an open scale.")


def _model_problem(model, input_shape, output_shape):
    """What is wrong with a model, as a verdict, or None."""
    if unanswered(model):
        return NOT_YET
    if callable(model) and not isinstance(model, keras.layers.Layer):
        return Verdict(False, "This is a function: call it, and give the model that it returns.")
    if not isinstance(model, keras.Model):
        return Verdict(False, f"A keras.Model was expected, but this is {type(model).__name__}.")
    try:
        inputs, outputs = tuple(model.input_shape), tuple(model.output_shape)
    except (AttributeError, ValueError, TypeError):
        return Verdict(False, "The model has no input shape yet: begin it with keras.Input((…)).")
    for word, given, wanted in (("takes", inputs, input_shape), ("returns", outputs, output_shape)):
        if given[1:] != wanted:
            return Verdict(False, f"The model {word} {given[1:]} per sample, but {wanted} was asked for.")
    return None


def _copy(model):
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    return copy


def _pixels_ever_seen(model):
    """Pixels with a non-zero gradient in at least one of several images (a ReLU may switch a few off in one)."""
    images = tf.random.stateless_uniform((16, 28, 28, 1), seed=(5, 6), minval=-1.0)
    with tf.GradientTape() as tape:
        tape.watch(images)
        total = tf.reduce_sum(model(images, training=False))
    return int((np.abs(tape.gradient(total, images).numpy()).max(axis=0) > 0).sum())


def _is_bounded(model):
    """Whether the outputs stay on one side or within [−1, 1] with a last kernel and images 100,000 times as large."""
    copy = _copy(model)
    kernels = [weight for weight in copy.trainable_weights if len(weight.shape) > 1]
    kernels[-1].assign(1e5 * kernels[-1])
    # The images, too: under spectral normalisation a kernel's size changes nothing.
    images = 1e5 * tf.random.stateless_uniform((64, 28, 28, 1), seed=(7, 8), minval=-1.0)
    values = [copy(images, training=False).numpy()]
    kernels[-1].assign(-kernels[-1])  # the other sign: an open scale reaches both sides
    values = np.concatenate([*values, copy(images, training=False).numpy()])
    return bool(np.abs(values).max() <= 1 or values.min() >= 0 or values.max() <= 0)
