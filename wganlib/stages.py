"""A network as a list of stages: what each one computes, its output shape, its parameters, its work.

A stage is one layer with weights and all that follows it up to the next one. `read_stages` reads a Keras model;
`plan_generator` and `plan_discriminator` work the same list out by arithmetic, without building anything.
"""

import math
from dataclasses import dataclass

from keras import layers

from wganlib.arguments import as_tuple, check_network
from wganlib.models import check_discriminator, check_generator
from wganlib.spectral import SPECTRAL


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
        multiply_adds: multiplications (each with an addition) that one sample costs in the operation itself.
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
    multiply_adds: int
    after: tuple

    @property
    def parameters(self):
        """All numbers of the stage, as `model.summary()` counts them."""
        return self.weights + self.norm_weights + self.frozen


def as_stages(model):
    """The stages of a Keras model, or the list of stages itself.

    Raises:
        ValueError: neither a model that `read_stages` can read nor a list of `Stage`, or an empty list.
    """
    if not isinstance(model, (list, tuple)):
        return read_stages(model)
    rule = "must be a Keras model or a list of Stage, as plan_generator makes it"
    if not model:
        raise ValueError(f"model {rule}; an empty list [] came.")
    return list(as_tuple("model", model, rule, Stage))


def read_stages(model):
    """The stages of a Keras model that is a chain of Dense, Conv2D and Conv2DTranspose layers.

    Args:
        model: a built `keras.Sequential` or a chain-shaped functional model.

    Returns:
        A list of `Stage`.

    Raises:
        ValueError: no built model, a layer with weights of another kind, or no layer with weights.
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
        elif not found and outer.weights:
            raise ValueError(f"The first layer with weights should be Dense or a convolution; {outer.name} is not.")
        elif found:
            word = _name(layer)
            if word is None and outer.weights:
                raise ValueError(f"read_stages knows chains of Dense and convolutions; {outer.name} is neither.")
            found[-1]["norm_weights"] += trainable
            found[-1]["frozen"] += frozen
            found[-1]["shape"] = after
            found[-1]["after"] += [word] if word else []
        shape = after
    if not found:
        raise ValueError(f"The model {model.name!r} has no Dense layer and no convolution.")
    return [Stage(**{**stage, "after": tuple(stage["after"])}) for stage in found]


def _operation(layer, shape, after):
    if isinstance(layer, layers.Dense):
        cost = math.prod(shape) * layer.units
        return dict(
            operation="Dense", kernel=None, stride=1, padding=None, input_shape=shape, shape=after, multiply_adds=cost
        )
    kernel, transposed = tuple(layer.kernel_size), isinstance(layer, layers.Conv2DTranspose)
    return dict(
        operation="Conv2DTranspose" if transposed else "Conv2D",
        kernel=kernel,
        stride=layer.strides[0],
        padding=layer.padding,
        input_shape=shape,
        shape=after,
        multiply_adds=_convolution_cost(shape, after, kernel, transposed),
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
    features = math.prod(small)
    bias = norm is None
    plan = [
        Stage(
            "Dense",
            kernel=None,
            stride=1,
            padding=None,
            input_shape=(z_size,),
            shape=small,
            weights=z_size * features + bias * features,
            norm_weights=0 if norm is None else 2 * features,
            frozen=2 * features if norm == "batch" else 0,
            multiply_adds=z_size * features,
            after=_words(norm),
        )
    ]
    steps = [(n_filters, 1)] if stem else []
    steps += [(n_filters // 2**block, 2) for block in range(1, n_blocks + 1)]
    for filters, stride in steps:
        plan.append(_convolution("Conv2DTranspose", plan[-1].shape, filters, kernel_size, stride, bias, norm))
    plan.append(_convolution("Conv2DTranspose", plan[-1].shape, channels, kernel_size, 1, bias, None, after=("tanh",)))
    return plan


def plan_discriminator(
    input_size=(28, 28, 1), n_filters=64, n_blocks=2, *, norm="batch", dropout=0.3, kernel_size=5, stem=True
):
    """The stages of `make_dcgan_discriminator` with the same arguments, by arithmetic alone.

    Raises:
        ValueError: what `make_dcgan_discriminator` would refuse, in the same words.
    """
    shape, n_filters, n_blocks, kernel_size = check_discriminator(
        input_size, n_filters, n_blocks, norm, dropout, kernel_size, stem
    )
    plan = []
    if stem:
        plan.append(_convolution("Conv2D", shape, n_filters, kernel_size, 1, True, norm))
    for block in range(n_blocks):
        extra = (f"Dropout {dropout:g}",) if dropout else ()
        filters, before = n_filters * 2 ** (block + stem), plan[-1].shape if plan else shape
        plan.append(_convolution("Conv2D", before, filters, kernel_size, 2, True, norm, after=(*_words(norm), *extra)))
    last = _convolution(
        "Conv2D",
        plan[-1].shape,
        1,
        plan[-1].shape[:2],
        1,
        True,
        norm if norm == "spectral" else None,
        padding="valid",
        after=("SpectralNorm",) if norm == "spectral" else (),
    )
    plan.append(last)
    return plan


def _convolution(operation, shape, filters, kernel, stride, bias, norm, padding="same", after=None):
    kernel = kernel if isinstance(kernel, tuple) else (kernel, kernel)
    transposed = operation == "Conv2DTranspose"
    if transposed:
        space = tuple(side * stride for side in shape[:2])
    elif padding == "same":
        space = tuple(math.ceil(side / stride) for side in shape[:2])
    else:
        space = tuple((side - size) // stride + 1 for side, size in zip(shape[:2], kernel, strict=True))
    after_shape = (*space, filters)
    return Stage(
        operation,
        kernel=kernel,
        stride=stride,
        padding=padding,
        input_shape=tuple(shape),
        # The builders end in a Reshape: the last convolution's single cell becomes a vector of length 1.
        shape=after_shape if padding == "same" else (filters,),
        weights=math.prod(kernel) * shape[2] * filters + bias * filters,
        norm_weights=2 * filters if norm in ("batch", "layer") else 0,
        frozen={"batch": 2 * filters, "spectral": filters}.get(norm, 0),
        multiply_adds=_convolution_cost(shape, after_shape, kernel, transposed),
        after=_words(norm) if after is None else after,
    )


def _convolution_cost(before, after, kernel, transposed):
    # A convolution uses its kernel once per output cell, a transposed one once per input cell.
    places = before if transposed else after
    return math.prod(places[:2]) * math.prod(kernel) * before[2] * after[2]


def _words(norm):
    names = {"batch": ("BatchNorm",), "layer": ("LayerNorm",), "spectral": ("SpectralNorm",), None: ()}
    return (*names[norm], "LeakyReLU 0.3")
