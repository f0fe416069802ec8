"""Looks inside a trainer for what its curves cannot show: where the penalty is measured, what the critic sees, which
numbers are drawn twice. Nothing is trained and nothing is changed."""

from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from wganlib import losses
from wganlib._arguments import check_samples, show
from wganlib.networks.last_activation import bounding_activation
from wganlib.training.adversarial_model import AdversarialModel
from wganlib.training.input_pipeline import check_labels
from wganlib.training.trainers import WGAN, WGANGP

COUNT = 256  # real and generated samples that are looked at
ON_THE_LINE = 1e-3  # of the line's length: far above float32 rounding, far below any mistake


@dataclass(frozen=True)
class Examination:
    """What `examine` found. None stands for what this trainer does not have.

    Attributes:
        kind: "GAN", "WGAN" or "WGANGP".
        finite: whether all weights are finite. Where they are not, nothing else was measured.
        slope: mean gradient norm of the critic, in training mode, on straight lines between real and generated samples.
        steepest: the largest of these norms.
        coupling: the largest |∂D(x₀)/∂xⱼ|, j ≠ 0, in units of the largest |∂D(x₀)/∂x₀|; 0 where no sample sees another.
        off_line: mean distance of the penalty's points x̂ from the line real–fake, in units of its length.
        outside: share of the x̂ that lie beyond an end of their line.
        shared_alpha: whether all x̂ of a batch lie at one fraction of their lines.
        inference_penalty: whether the critic is called at x̂ without training=True while it has dropout or BatchNorm.
        reported_slope: the mean gradient norm that the trainer logs, measured now; to compare with `slope_there`.
        slope_there: the mean gradient norm at the same x̂, by `wganlib.losses.gradient_norms` in training mode.
        repeated_latent: whether z is the same in two steps of a compiled loop.
        repeated_real: share of the real samples of one step that an earlier critic update of the step had already.
        gp_weight: λ, of the penalty.
        largest_weight, clip: of the critic's trainable weights, and the bound they should keep.
        bounded_by: the name of the critic's last activation where it bounds the output, else None.
        spread: standard deviation of the generated samples in units of that of the real ones.
        crowding: median distance from a generated sample to its nearest neighbour, in units of the real samples'.
    """

    kind: str
    finite: bool = True
    slope: float | None = None
    steepest: float | None = None
    coupling: float | None = None
    off_line: float | None = None
    outside: float | None = None
    shared_alpha: bool | None = None
    inference_penalty: bool | None = None
    reported_slope: float | None = None
    slope_there: float | None = None
    repeated_latent: bool | None = None
    repeated_real: float | None = None
    gp_weight: float | None = None
    largest_weight: float | None = None
    clip: float | None = None
    bounded_by: str | None = None
    spread: float | None = None
    crowding: float | None = None


def examine(trainer, real, labels=None):
    """Examine a `GAN`, `WGAN` or `WGANGP` (or a subclass) against real samples; the trainer is left as it was.

    Args:
        trainer: the model, trained or not.
        real: (n, …) real samples as it was trained on, n ≥ 16; 256 of them are looked at, and as many generated ones.
        labels: (n,) their classes, for a conditional trainer alone. Generated samples are then of the same classes, and
            a critic's value is the one at the label.

    Returns:
        An `Examination`.

    Raises:
        ValueError: another kind of object, too few samples, or samples or labels that the trainer does not take.
    """
    if not isinstance(trainer, AdversarialModel):
        raise ValueError(f"`trainer` must be a wl.GAN, wl.WGAN or wl.WGANGP. Received: {show(trainer)}.")
    real = check_samples(real, trainer.critic.input_shape[1:])
    if len(real) < 16:
        raise ValueError(f"`real` must be at least 16 samples to compare with. Received: {len(real)}.")
    labels = check_labels(labels, len(real), trainer, fewest=0)
    kind = next((cls.__name__ for cls in (WGANGP, WGAN) if isinstance(trainer, cls)), "GAN")
    weights = [*trainer.critic.weights, *trainer.generator.weights]
    if not all(np.isfinite(weight.numpy()).all() for weight in weights):
        return Examination(kind, finite=False)
    chosen = np.random.default_rng(0).permutation(len(real))[:COUNT]
    asked = {} if labels is None else {"labels": labels[chosen]}
    real, fake = tf.constant(real[chosen]), tf.constant(trainer.sample(len(chosen), seed=0, **asked))
    labels = None if labels is None else tf.one_hot(labels[chosen], trainer.n_classes)
    critic = _at_labels(trainer.critic, labels)
    # The critic is looked at where it is trained: on augmented samples, if the trainer augments.
    pair, seen_fake = trainer.augmented(real if labels is None else (real, labels), fake)
    seen_real = tf.nest.flatten(pair)[0]
    with _unchanged(trainer.critic):
        found = {
            **_slopes(critic, seen_real, seen_fake),
            "coupling": _coupling(critic, seen_real[:16]),
            **(_penalty(trainer, seen_real, seen_fake, labels) if kind == "WGANGP" else {}),
        }
    return Examination(
        kind,
        **found,
        repeated_latent=_repeats_latent(trainer),
        repeated_real=_repeated_real(trainer),
        gp_weight=getattr(trainer, "gp_weight", None),
        largest_weight=max(float(np.abs(w.numpy()).max()) for w in trainer.critic.trainable_variables),
        clip=getattr(trainer, "clip", None),
        bounded_by=bounding_activation(trainer.critic),
        **compare_spread(fake.numpy(), real.numpy()),
    )


def _at_labels(critic, labels):
    """A critic whose values are those at the labels (n, n_classes), the first of them where samples are fewer."""
    if labels is None:
        return critic
    return lambda samples, training: tf.reduce_sum(
        critic(samples, training=training) * labels[: len(samples)], axis=1, keepdims=True
    )


def compare_spread(samples, real):
    """How widely samples (n, …) spread beside real ones: {"spread": ratio of standard deviations, "crowding": ratio of
    median distances to the nearest neighbour, on as many of each, up to 512}."""
    n = min(len(samples), len(real), 512)
    flat, real_flat = (np.reshape(x[:n], (n, -1)).astype(np.float64) for x in (samples, real))
    return {
        "spread": float(np.sqrt(flat.var(0).sum() / real_flat.var(0).sum())),
        "crowding": float(_neighbour_distance(flat) / _neighbour_distance(real_flat)),
    }


def _neighbour_distance(points):
    squares = (points**2).sum(1)
    distances = squares[:, None] + squares[None] - 2 * points @ points.T
    np.fill_diagonal(distances, np.inf)
    return np.median(np.sqrt(np.maximum(distances.min(1), 0)))


@contextmanager
def _unchanged(critic):
    # A pass in training mode moves BatchNorm's averages and dropout's seeds.
    before = [(variable, variable.numpy()) for variable in critic.variables]
    try:
        yield
    finally:
        for variable, value in before:
            variable.assign(value)


def _slopes(critic, real, fake):
    alpha = np.random.default_rng(1).uniform(size=len(real))
    between = losses.interpolate(real, fake, tf.constant(alpha, tf.float32))
    norms = losses.gradient_norms(lambda samples: critic(samples, training=True), between)
    return {"slope": float(tf.reduce_mean(norms)), "steepest": float(tf.reduce_max(norms))}


def _coupling(critic, samples):
    with tf.GradientTape() as tape:
        tape.watch(samples)
        first = critic(samples, training=True)[0, 0]
    slopes = tf.abs(tape.gradient(first, samples))
    return float(tf.reduce_max(slopes[1:]) / (tf.reduce_max(slopes[0]) + 1e-12))


class _Listener:
    """Stands in for a critic and notes what it is called with."""

    def __init__(self, critic):
        self._critic, self.calls = critic, []

    def __call__(self, samples, training=None, **options):
        self.calls.append((samples, training))
        return self._critic(samples, training=training, **options)

    def __getattr__(self, name):
        return getattr(self._critic, name)


def _penalty(trainer, real, fake, labels):
    critic = trainer.critic
    listener = _Listener(critic)
    # Past Keras, which would take the listener for a new part of the model, or refuse it.
    vars(trainer)["critic"] = listener
    try:
        _, logs = trainer.critic_loss(real if labels is None else (real, labels), fake, 0)
    finally:
        vars(trainer)["critic"] = critic

    # The penalty may be on every gp_every-th pair alone.
    real, fake, labels = (None if part is None else part[:: trainer.gp_every] for part in (real, fake, labels))

    def same(a, b):
        return bool(np.allclose(a, b, atol=1e-6))

    points = [
        (np.asarray(x), training)
        for x, training in listener.calls
        if len(x) == len(real) and not same(x, real) and not same(x, fake)
    ]
    if not points:
        return {}
    between, training = points[-1]
    line, offset = (np.reshape(x, (len(real), -1)) for x in (real - fake, between - fake))
    along = (offset * line).sum(1) / (line**2).sum(1)
    away = np.linalg.norm(offset - along[:, None] * line, axis=1) / np.linalg.norm(line, axis=1)
    judge = _at_labels(critic, labels)
    there = losses.gradient_norms(lambda samples: judge(samples, training=True), tf.constant(between))
    return {
        "off_line": float(away.mean()),
        "outside": float(np.mean((along < -ON_THE_LINE) | (along > 1 + ON_THE_LINE))),
        "shared_alpha": bool(along.std() < ON_THE_LINE),
        "inference_penalty": training is not True and _knows_modes(critic, tf.constant(between)),
        "reported_slope": float(logs["gradient_norm"]) if "gradient_norm" in logs else None,
        "slope_there": float(tf.reduce_mean(there)),
    }


def _knows_modes(critic, samples):
    return not np.allclose(critic(samples, training=True), critic(samples, training=False), atol=1e-6)


def _repeats_latent(trainer):
    # In a graph, as `fit` draws: what Python or NumPy drew while it was traced is a constant there.
    draw = tf.function(lambda step: trainer.draw_latent(8, step=step))
    return bool(np.array_equal(draw(tf.constant(1, tf.int64)), draw(tf.constant(2, tf.int64))))


def _repeated_real(trainer):
    if trainer.n_critic == 1:
        return None
    shape = (4 * trainer.n_critic, *trainer.critic.input_shape[1:])
    distinct = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    samples = tf.constant(distinct)
    if trainer.n_classes is not None:
        samples = samples, tf.zeros((len(distinct), trainer.n_classes))
    seen = np.concatenate([np.asarray(tf.nest.flatten(part)[0]) for part in trainer.rounds(samples)])
    return 1 - len(np.unique(seen.reshape(len(seen), -1), axis=0)) / len(seen)
