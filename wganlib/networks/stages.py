"""A network as a list of stages: what each one computes, its output shape, its parameters, its work.

A stage is one layer with weights and all that follows it up to the next one. `read_stages` reads a Keras model;
`plan_generator` and `plan_discriminator` work the same list out by arithmetic, without building anything.
"""

import math
from dataclasses import dataclass, replace

from keras import layers

from wganlib._arguments import as_tuple, check_network
from wganlib.layers.spectral import SPECTRAL
from wganlib.networks.dcgan import check_discriminator, check_generator
from wganlib.networks.flops import kernel_flops


@dataclass(frozen=True)
class Stage:
    """One layer with weights and what follows it.

    Attributes:
        operation: "Dense", "Conv2D" or "Conv2DTranspose".
        kernel: (height, width) of the kernel; None for Dense.
        stride: step of the kernel (1 for Dense).
        padding: "same" or "valid"; None for Dense.
        input_shape, shape: of one sample before and after, without the batch axis.
        weights: trainable numbers in kernel and bias.
        norm_weights: trainable numbers in the normalisation (γ and β).
        frozen: numbers that are kept but not trained (moving averages, spectral normalisation's u).
        flops: what one sample costs in the operation itself (see `wganlib.networks.flops`).
        after: what follows, in words: ("BatchNorm", "LeakyReLU 0.3").
    """

    operation: str
    kernel: tuple | None
    stride: int
    padding: str | None
    input_shape: tuple
    shape: tuple
    weights: int
    norm_weights: int
    frozen: int
    flops: int
    after: tuple

    @property
    def multiply_adds(self):
        """Multiplications, each with an addition."""
        return self.flops // 2

    @property
    def parameters(self):
        """All numbers of the stage, as `model.summary()` counts them."""
        return self.weights + self.norm_weights + self.frozen


def as_stages(model):
    """The stages of a Keras model, or the list of stages itself.

    Raises:
        ValueError: not a model that `read_stages` can read, or not a list of `Stage`, or an empty one.
    """
    if not isinstance(model, (list, tuple)):
        return read_stages(model)
    rule = "must be a Keras model or a list of Stage, as plan_generator makes it"
    if not model:
        raise ValueError(f"`model` {rule}. Received: {model!r}.")
    return list(as_tuple("model", model, rule, Stage))


def read_stages(model):
    """The stages of a Keras model that is a chain of Dense, Conv2D and Conv2DTranspose layers.

    Args:
        model: a built `keras.Sequential` or a chain-shaped functional model.

    Returns:
        A list of `Stage`.

    Raises:
        ValueError: a model that is not built, a layer with weights of another kind, or no layer with weights.
    """
    shape, _ = check_network("model", model)
    found = []
    for outer in model.layers:
        if isinstance(outer, layers.InputLayer):
            continue
        layer = outer.layer if isinstance(outer, layers.SpectralNormalization) else outer
        trainable = sum(math.prod(weight.shape) for weight in outer.weights if weight.trainable)
        frozen = sum(math.prod(weight.shape) for weight in outer.weights) - trainable
        after = tuple(outer.output.shape[1:])
        if isinstance(layer, (layers.Dense, layers.Conv2D, layers.Conv2DTranspose)):
            words = ["SpectralNorm"] if isinstance(outer, SPECTRAL) else []
            if layer.activation.__name__ != "linear":
                words.append(layer.activation.__name__)
            found.append(
                dict(_operation(layer, shape, after), weights=trainable, norm_weights=0, frozen=frozen, after=words)
            )
        elif outer.weights and not (found and _name(layer)):
            raise ValueError(
                "`model` must be a chain of Dense layers and convolutions, with normalisations after them. Received: "
                f"{type(layer).__name__} {outer.name!r}."
            )
        elif found:
            word = _name(layer)
            found[-1]["norm_weights"] += trainable
            found[-1]["frozen"] += frozen
            found[-1]["shape"] = after
            found[-1]["after"] += [word] if word else []
        shape = after
    if not found:
        raise ValueError(f"`model` must have a Dense layer or a convolution. Received: {model.name!r} without any.")
    return [Stage(**{**stage, "after": tuple(stage["after"])}) for stage in found]


def _operation(layer, shape, after):
    ends = dict(input_shape=shape, shape=after)
    if isinstance(layer, layers.Dense):
        flops = kernel_flops(layer.kernel.shape, shape[:-1])
        return dict(ends, operation="Dense", kernel=None, stride=1, padding=None, flops=flops)
    transposed = isinstance(layer, layers.Conv2DTranspose)
    return dict(
        ends,
        operation="Conv2DTranspose" if transposed else "Conv2D",
        kernel=tuple(layer.kernel_size),
        stride=layer.strides[0],
        padding=layer.padding,
        flops=kernel_flops(layer.kernel.shape, (shape if transposed else after)[:2]),
    )


def _name(layer):
    if isinstance(layer, layers.BatchNormalization):
        return "BatchNorm"
    if isinstance(layer, layers.LayerNormalization):
        return "LayerNorm"
    if isinstance(layer, layers.GroupNormalization):
        return "LayerNorm" if layer.groups == 1 else f"GroupNorm {layer.groups}"
    if isinstance(layer, layers.LeakyReLU):
        return f"LeakyReLU {layer.negative_slope:g}"
    if isinstance(layer, layers.Dropout):
        return f"Dropout {layer.rate:g}"
    if isinstance(layer, layers.Activation):
        return layer.activation.__name__
    return None


def plan_generator(
    z_size=20, output_size=(28, 28, 1), n_filters=128, n_blocks=2, *, norm="batch", kernel_size=5, stem=True
):
    """The stages of `make_dcgan_generator` with the same arguments, by arithmetic alone.

    Raises:
        ValueError: what `make_dcgan_generator` would refuse, in the same words.
    """
    z_size, (height, width, channels), n_filters, n_blocks, kernel_size = check_generator(
        z_size, output_size, n_filters, n_blocks, norm, kernel_size, stem
    )
    small = (height // 2**n_blocks, width // 2**n_blocks, n_filters)
    bias = norm is None
    plan = [replace(_dense(z_size, math.prod(small), bias, norm), shape=small)]
    steps = [(n_filters, 1)] if stem else []
    steps += [(n_filters // 2**block, 2) for block in range(1, n_blocks + 1)]
    for filters, stride in steps:
        plan.append(_convolution("Conv2DTranspose", plan[-1].shape, filters, kernel_size, stride, bias, norm))
    plan.append(_convolution("Conv2DTranspose", plan[-1].shape, channels, kernel_size, 1, bias, None, after=("tanh",)))
    return plan


def plan_discriminator(
    input_size=(28, 28, 1),
    n_filters=64,
    n_blocks=2,
    *,
    norm="batch",
    dropout=0.3,
    kernel_size=5,
    stem=True,
    hidden_units=None,
):
    """The stages of `make_dcgan_discriminator` with the same arguments, by arithmetic alone.

    Minibatch discrimination is left out: it is not a stage of a chain.

    Raises:
        ValueError: what `make_dcgan_discriminator` would refuse, in the same words.
    """
    shape, n_filters, n_blocks, kernel_size, hidden_units = check_discriminator(
        input_size, n_filters, n_blocks, norm, dropout, kernel_size, stem, hidden_units
    )
    plan = []
    if stem:
        plan.append(_convolution("Conv2D", shape, n_filters, kernel_size, 1, True, norm))
    for block in range(n_blocks):
        extra = (f"Dropout {dropout:g}",) if dropout else ()
        filters, before = n_filters * 2 ** (block + stem), plan[-1].shape if plan else shape
        plan.append(_convolution("Conv2D", before, filters, kernel_size, 2, True, norm, after=(*_words(norm), *extra)))
    norm = norm if norm == "spectral" else None  # the others stand behind the blocks only
    end = _words(norm)[:-1]  # without the activation
    if hidden_units is None:
        small = plan[-1].shape
        last = _convolution("Conv2D", small, 1, small[:2], 1, True, norm, padding="valid", after=end)
        return [*plan, replace(last, shape=(1,))]  # the single cell, reshaped
    plan[-1] = replace(plan[-1], shape=(math.prod(plan[-1].shape),))  # flattened
    plan.append(_dense(plan[-1].shape[0], hidden_units, True, norm))
    return [*plan, _dense(hidden_units, 1, True, norm, after=end)]


def _dense(inputs, units, bias, norm, after=None):
    return Stage(
        "Dense",
        kernel=None,
        stride=1,
        padding=None,
        input_shape=(inputs,),
        shape=(units,),
        weights=(inputs + bias) * units,
        **_of_norm(norm, units),
        flops=kernel_flops((inputs, units)),
        after=_words(norm) if after is None else after,
    )


def _convolution(operation, shape, filters, kernel, stride, bias, norm, padding="same", after=None):
    kernel = kernel if isinstance(kernel, tuple) else (kernel, kernel)
    transposed = operation == "Conv2DTranspose"
    if transposed:
        space = tuple(side * stride for side in shape[:2])
    elif padding == "same":
        space = tuple(math.ceil(side / stride) for side in shape[:2])
    else:
        space = tuple((side - size) // stride + 1 for side, size in zip(shape[:2], kernel, strict=True))
    weights = (*kernel, shape[2], filters)
    return Stage(
        operation,
        kernel=kernel,
        stride=stride,
        padding=padding,
        input_shape=tuple(shape),
        shape=(*space, filters),
        weights=math.prod(weights) + bias * filters,
        **_of_norm(norm, filters),
        flops=kernel_flops(weights, shape[:2] if transposed else space),
        after=_words(norm) if after is None else after,
    )


def _of_norm(norm, channels):
    return dict(
        norm_weights=2 * channels if norm in ("batch", "layer") else 0,
        frozen={"batch": 2 * channels, "spectral": channels}.get(norm, 0),
    )


def _words(norm):
    names = {"batch": ("BatchNorm",), "layer": ("LayerNorm",), "spectral": ("SpectralNorm",), None: ()}
    return (*names[norm], "LeakyReLU 0.3")
