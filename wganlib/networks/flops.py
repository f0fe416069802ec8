"""How much a network and a training step have to calculate, by arithmetic: nothing is run, nothing is timed.

The counting rule. One FLOP is a multiplication or an addition, so that a multiply-add is two. Only matrix products and
convolutions are counted, which is where the time goes: element-wise work (activations, normalisation, Dropout, the
optimisers, the moving average) is left out, and so is the power iteration of spectral normalisation. A convolution
counts as if every place of its kernel met a pixel, also at a padded edge, as its textbook formula does.

A backward pass through a layer is two products of the layer's own size: one for the gradient of its weights, one for
that of its inputs. The second is not needed where nothing before the layer is trained.
"""

import math
from dataclasses import dataclass

from keras import Model, layers

from wganlib._arguments import check_count, show
from wganlib.layers.leaky_relu import LeakyReLU
from wganlib.layers.minibatch_discrimination import MinibatchDiscrimination
from wganlib.layers.orthonormal import OrthonormalDense

CONVOLUTIONS = (layers.Conv1D, layers.Conv2D, layers.Conv3D, layers.DepthwiseConv1D, layers.DepthwiseConv2D)
TRANSPOSED = (layers.Conv1DTranspose, layers.Conv2DTranspose, layers.Conv3DTranspose)
# Layers whose slope is the same everywhere.
STRAIGHT = (
    *(layers.InputLayer, layers.Flatten, layers.Reshape, layers.Permute, layers.Dropout, layers.Identity),
    *(layers.Add, layers.Concatenate, layers.UpSampling2D, layers.AveragePooling2D, layers.GlobalAveragePooling2D),
    *(layers.ZeroPadding2D, layers.Cropping2D, layers.Rescaling),
)


@dataclass(frozen=True)
class StepFlops:
    """The FLOP of one training step, all critic updates and the generator's, part by part.

    Attributes:
        fakes: generator, forward, for the critic's updates.
        critic_forward, critic_backward: critic on real and generated samples.
        penalty_forward: critic on the points in between, as far as its slope depends on them (0 without a penalty, as
            the next two).
        penalty_slope: its gradient with respect to them, one pass back.
        penalty_backward: the derivative of that pass with respect to the critic's weights.
        generator_forward: generator and critic, forward, in the generator's update.
        generator_backward: back through the critic to the samples, and through the generator to its weights.
    """

    fakes: int
    critic_forward: int
    critic_backward: int
    penalty_forward: int
    penalty_slope: int
    penalty_backward: int
    generator_forward: int
    generator_backward: int

    @property
    def penalty(self):
        """What the gradient penalty costs."""
        return self.penalty_forward + self.penalty_slope + self.penalty_backward

    @property
    def critic_updates(self):
        """All critic updates of the step, with the generated samples that they need."""
        return self.fakes + self.critic_forward + self.critic_backward + self.penalty

    @property
    def generator_update(self):
        return self.generator_forward + self.generator_backward

    @property
    def backward(self):
        """All passes back: the penalty's slope and its derivative are among them."""
        return self.critic_backward + self.penalty_slope + self.penalty_backward + self.generator_backward

    @property
    def total(self):
        return self.critic_updates + self.generator_update


def kernel_flops(kernel, places=()):
    """FLOP of a kernel of this shape that is used once at each place, e.g. (28, 28): the counting rule.

    The places of a convolution are the cells of its output, those of a transposed convolution the cells of its input.
    """
    return 2 * math.prod(kernel) * math.prod(places)


def layer_flops(layer):
    """FLOP of one built layer for one sample, forward (see the module's first lines for what counts).

    Args:
        layer: a Keras layer that stands in a built model: Dense, a convolution of any kind, one of them under
            SpectralNormalization, MinibatchDiscrimination, or a layer without products (its count is 0).

    Raises:
        ValueError: a layer that is not part of a built model, or one with a matrix that this function does not know,
            such as LSTM or attention: 0 would be wrong for it.
    """
    if isinstance(layer, layers.InputLayer):
        return 0
    if isinstance(layer, Model):
        raise ValueError(f"`layer` must be one layer. Received: {show(layer)}. Count the layers of a model one by one.")
    try:
        before, after = layer.input, layer.output
        before = before[0] if isinstance(before, (list, tuple)) else before
        before, after = tuple(before.shape[1:]), tuple(after.shape[1:])
        inner = layer.layer if isinstance(layer, layers.SpectralNormalization) else layer
        weights = list(inner.weights)
    except Exception:  # of several types
        raise ValueError(
            f"`layer` must be a Keras layer of a built model, e.g. model.layers[0]. Received: {show(layer)}."
        ) from None
    if isinstance(inner, layers.Dense) and not isinstance(inner, OrthonormalDense):  # its kernel takes products too
        return kernel_flops(inner.kernel.shape, after[:-1])
    if isinstance(inner, (*CONVOLUTIONS, *TRANSPOSED)):
        shape = before if isinstance(inner, TRANSPOSED) else after
        return kernel_flops(inner.kernel.shape, shape[1:] if inner.data_format == "channels_first" else shape[:-1])
    if isinstance(inner, MinibatchDiscrimination):
        return kernel_flops(inner.kernel.shape)
    if any(weight.trainable and len(weight.shape) > 1 for weight in weights) and not isinstance(inner, layers.PReLU):
        raise ValueError(
            "`layer` must be Dense, a convolution, SpectralNormalization around one, MinibatchDiscrimination or "
            f"without a matrix. Received: {type(inner).__name__} {show(layer.name)}, whose products are not known."
        )
    return 0


def step_flops(trainer, batch_size):
    """FLOP of one training step of a trainer, as a `StepFlops`: n_critic critic updates and one of the generator.

    Per critic update: the generator forward on the batch; the critic forward and backward on as many real and generated
    samples; and for `WGANGP` the critic forward on the points in between, back to them for its slope, and the
    derivative of that slope with respect to the weights. Then once the generator and the critic forward, and back
    through both; the critic's weights get no gradient there. Every number grows in proportion to the batch.

    Args:
        trainer: a GAN, WGAN or WGANGP whose networks are chains of layers, each called once; models within a network
            are looked into. It need not be compiled.
        batch_size: real images per critic update, on all replicas together.

    Raises:
        ValueError: not a trainer, a batch size below 1, a layer that `layer_flops` does not know, or a network without
            any product.
    """
    if not all(hasattr(trainer, name) for name in ("generator", "critic", "n_critic")):
        raise ValueError(f"`trainer` must be a wl.GAN, wl.WGAN or wl.WGANGP. Received: {show(trainer)}.")
    batch_size = check_count("batch_size", batch_size)
    generator, critic = _leaves(trainer.generator), _leaves(trainer.critic)
    of_generator, flops = ([layer_flops(layer) for layer in network] for network in (generator, critic))
    if not (any(of_generator) and any(flops)):
        raise ValueError(f"`trainer` must have layers with products in both networks. Received: {show(trainer)}.")

    def before_last(kind):
        """How many layers with products stand before the last layer of this kind."""
        last = max((place for place, layer in enumerate(critic) if kind(layer)), default=-1)
        return sum(count > 0 for count in flops[: last + 1])

    matched = 0
    if getattr(trainer, "feature_matching", None) is not None:  # only trainers that match features have it
        names = [layer.name for layer in critic]
        last = max(place for place, count in enumerate(flops) if count)
        matched = sum(flops[: last if trainer.feature_layer is None else names.index(trainer.feature_layer) + 1])
    return count_step(
        of_generator,
        flops,
        batch_size,
        n_critic=trainer.n_critic,
        penalty=hasattr(trainer, "gp_weight"),
        gp_every=getattr(trainer, "gp_every", 1),
        active_layers=before_last(_is_active),
        bent_layers=before_last(_bends),
        matched=matched,
    )


def count_step(
    generator, critic, batch_size, *, n_critic=1, penalty=True, gp_every=1, active_layers=0, bent_layers=0, matched=0
):
    """`step_flops` from the FLOP of the networks' layers, for networks that are only planned.

    Args:
        generator, critic: FLOP of each layer for one sample, forward, in order; zeros do not matter.
        batch_size: real images per critic update.
        n_critic: critic updates per step.
        penalty: whether the critic's slope is penalised.
        gp_every: the penalty is measured on every gp_every-th pair of a batch.
        active_layers: how many of the critic's layers with products stand before its last activation or normalisation.
            The critic's slope depends on their outputs, and on nothing behind them.
        bent_layers: the same for the last one that is curved: the penalty's gradient goes back through the layers
            before it once more. `wganlib.layers.LeakyReLU` is not. (Nor is Keras', but TensorFlow sends zeros back
            through it, and the layers before multiply them out: it counts as curved.)
        matched: FLOP of the critic up to the layer whose features are matched (0: no feature matching).

    Returns:
        A `StepFlops`.
    """
    generator, critic = ([count for count in flops if count] for flops in (generator, critic))
    penalised = penalty * n_critic * -(-batch_size // gp_every)
    g, d = sum(generator), sum(critic)
    # The derivative of a pass back: a weight gradient for each layer, and the way there from the first to the last.
    slope_backward = d + d - (0 if bent_layers == len(critic) else critic[-1])
    if bent_layers:
        slope_backward += 2 * sum(critic[:bent_layers]) - critic[0]
    return StepFlops(
        fakes=n_critic * batch_size * g,
        critic_forward=n_critic * batch_size * 2 * d,
        critic_backward=n_critic * batch_size * 2 * (2 * d - critic[0]),
        penalty_forward=penalised * sum(critic[: max(active_layers, bent_layers)]),
        penalty_slope=penalised * d,
        penalty_backward=penalised * slope_backward,
        generator_forward=batch_size * (g + d + matched),
        generator_backward=batch_size * (d + 2 * g - generator[0]),
    )


def _leaves(model):
    found = []
    for layer in model.layers:
        found += _leaves(layer) if isinstance(layer, Model) else [layer]
    return found


def _is_active(layer):
    """Whether a layer's slope differs from place to place."""
    if isinstance(layer, layers.SpectralNormalization):
        return _is_active(layer.layer)
    if isinstance(layer, (layers.Dense, layers.Activation, *CONVOLUTIONS, *TRANSPOSED)):
        return layer.activation.__name__ != "linear"
    return not isinstance(layer, STRAIGHT)


def _bends(layer):
    """Whether a gradient comes back from a layer's slope to its input."""
    return _is_active(layer) and not isinstance(layer, LeakyReLU)
