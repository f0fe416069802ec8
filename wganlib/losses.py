"""Adversarial losses as pure functions on tensors: they return what is to be *minimised*.

A critic or discriminator here has no sigmoid: its outputs are values, or logits, of shape (batch,) or (batch, 1).

Wrong shapes and types raise a ValueError. NaN does not, since these functions run inside a compiled step: NaN in gives
NaN out, and `HealthAlarm` stops the training.
"""

import tensorflow as tf

from wganlib.arguments import check_flag, check_number, show

# Under the root of the gradient norm. √ has an infinite slope at zero, and 0 · ∞ is NaN: without it one dead input
# ends a run. It moves a norm of 1 by 5e-13 and a norm of 0 to 1e-6.
EPSILON = 1e-12


def minimax_discriminator_loss(real, fake, real_label=1.0):
    """Cross-entropy of a discriminator (Goodfellow et al. 2014, arXiv 1406.2661, eq. 1, negated).

    −mean log D(x) − mean log(1 − D(G(z))) with D = sigmoid of the logits, computed from the logits, so that it stays
    finite however sure the discriminator is.

    Args:
        real: logits of real samples. fake: logits of generated ones.
        real_label: target for real samples; 0.9 is one-sided label smoothing (arXiv 1606.03498, §3.4).

    Returns:
        A scalar ≥ 0; 2 log 2 ≈ 1.386 where the discriminator cannot tell.
    """
    real, fake = _values("real", real), _values("fake", fake)
    check_number("real_label", real_label, "is a target probability, 0 < real_label ≤ 1", above=0, at_most=1)
    of_real = tf.nn.sigmoid_cross_entropy_with_logits(labels=tf.fill(tf.shape(real), real_label), logits=real)
    of_fake = tf.nn.sigmoid_cross_entropy_with_logits(labels=tf.zeros_like(fake), logits=fake)
    return tf.reduce_mean(of_real) + tf.reduce_mean(of_fake)


def minimax_generator_loss(fake):
    """The saturating loss of arXiv 1406.2661, eq. 1: mean log(1 − D(G(z))). Its gradient vanishes as D grows sure.

    Args:
        fake: logits of generated samples.
    """
    return -tf.reduce_mean(tf.nn.softplus(_values("fake", fake)))


def non_saturating_generator_loss(fake):
    """−mean log D(G(z)), which arXiv 1406.2661, §3, uses in practice.

    Args:
        fake: logits of generated samples.
    """
    return tf.reduce_mean(tf.nn.softplus(-_values("fake", fake)))


def wasserstein_critic_loss(real, fake):
    """mean D(G(z)) − mean D(x) (Arjovsky et al. 2017, arXiv 1701.07875, Algorithm 1): minus the Wasserstein estimate.

    Args:
        real: critic values of real samples. fake: of generated ones.
    """
    real, fake = _values("real", real), _values("fake", fake)
    return tf.reduce_mean(fake) - tf.reduce_mean(real)


def wasserstein_generator_loss(fake):
    """−mean D(G(z)) (arXiv 1701.07875, Algorithm 1).

    Args:
        fake: critic values of generated samples.
    """
    return -tf.reduce_mean(_values("fake", fake))


def interpolate(real, fake, alpha):
    """x̂ = α x + (1 − α) x̃ (Gulrajani et al. 2017, arXiv 1704.00028, Algorithm 1, line 6).

    Args:
        real, fake: samples of one shape (batch, …).
        alpha: (batch,), one number in [0, 1] for each sample: not one per pixel, not one per batch.
    """
    real, fake, alpha = _samples("real", real), _samples("fake", fake), _floats("alpha", alpha)
    if not real.shape.is_compatible_with(fake.shape) or real.dtype != fake.dtype:
        raise ValueError(
            f"real and fake must have one shape and dtype; {show(real)} and {show(fake)} came. Take as many of each."
        )
    shape = alpha.shape
    if shape.rank == 0 or any(size != 1 for size in shape[1:]) or not shape[:1].is_compatible_with(real.shape[:1]):
        raise ValueError(
            f"alpha must hold one number for each of the {real.shape[0]} samples, shape (batch,); its shape is {shape}."
        )
    alpha = tf.reshape(tf.cast(alpha, real.dtype), (-1,) + (1,) * (len(real.shape) - 1))
    return alpha * real + (1 - alpha) * fake


def gradient_norms(critic, samples, epsilon=EPSILON):
    """‖∇ₓ D(x)‖₂ for each sample, over all of its axes: √(Σ g² + ε).

    Args:
        critic: a function (batch, …) → (batch, 1) in which no sample depends on another (no BatchNorm).
        samples: (batch, …).
        epsilon: keeps the gradient of the root finite where the gradient is zero.

    Returns:
        float32 (batch,).
    """
    _check_critic(critic)
    samples = _samples("samples", samples)
    check_number("epsilon", epsilon, at_least=0)
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(samples)
        # The sum's gradient with respect to sample i is ∇D(xᵢ) alone, because no other term depends on xᵢ.
        total = tf.reduce_sum(_values("the critic's answer", critic(samples)))
    gradients = tape.gradient(total, samples)
    if gradients is None:
        raise ValueError(
            f"The critic's values do not depend on the samples by TensorFlow operations, so they have no gradient; "
            f"{show(critic)} came. Compute with tf.… or Keras inside it, not with NumPy."
        )
    gradients = tf.cast(gradients, tf.float32)
    return tf.sqrt(tf.reduce_sum(tf.square(gradients), axis=list(range(1, len(samples.shape)))) + epsilon)


def penalty_of_norms(norms, target=1.0, one_sided=False):
    """mean (‖∇‖ − target)², or with one_sided=True mean max(0, ‖∇‖ − target)² (arXiv 1704.00028, eq. 3 and §4).

    Args:
        norms: (batch,), from `gradient_norms`.
        target: the slope that costs nothing.
        one_sided: whether slopes below the target are free.
    """
    norms = _values("norms", norms)
    check_number("target", target, "is a gradient norm ≥ 0, 1 in the paper", at_least=0)
    one_sided = check_flag("one_sided", one_sided)
    excess = norms - target
    return tf.reduce_mean(tf.square(tf.nn.relu(excess) if one_sided else excess))


def gradient_penalty(critic, real, fake, alpha=None, *, target=1.0, one_sided=False, epsilon=EPSILON, seed=None):
    """The penalty of WGAN-GP (arXiv 1704.00028, eq. 3) without its weight λ.

    Args:
        critic: a function (batch, …) → (batch, 1) in which no sample depends on another.
        real, fake: (batch, …) of one shape.
        alpha: (batch,) mixing weights; None draws one per sample from U(0, 1).
        target, one_sided: see `penalty_of_norms`.
        epsilon: see `gradient_norms`.
        seed: for drawing alpha: two integers make it repeatable.

    Returns:
        A scalar ≥ 0, float32.
    """
    _check_critic(critic)
    real = _samples("real", real)
    check_number("target", target, "is a gradient norm ≥ 0, 1 in the paper", at_least=0)
    if alpha is None:
        shape = tf.shape(real)[:1]
        seed = None if seed is None else _check_seed_pair(seed)
        alpha = tf.random.uniform(shape) if seed is None else tf.random.stateless_uniform(shape, seed)
    norms = gradient_norms(critic, interpolate(real, fake, alpha), epsilon)
    return penalty_of_norms(norms, target, one_sided)


def feature_matching_loss(real_features, fake_features):
    """‖mean f(x) − mean f(G(z))‖² (Salimans et al. 2016, arXiv 1606.03498, §3.1).

    Args:
        real_features, fake_features: (batch, …) activations of one layer of the discriminator.

    Returns:
        A scalar ≥ 0, float32 whatever the features are: a sum over thousands of squares overflows a float16.
    """
    real_features, fake_features = _samples("real_features", real_features), _samples("fake_features", fake_features)
    if not real_features.shape[1:].is_compatible_with(fake_features.shape[1:]):
        raise ValueError(
            f"Real and fake features must come from one layer; {show(real_features)} and {show(fake_features)} came."
        )
    of_real, of_fake = (tf.reduce_mean(tf.cast(features, tf.float32), 0) for features in (real_features, fake_features))
    return tf.reduce_sum(tf.square(of_real - of_fake))


# Static shapes and dtypes alone: nothing here costs a compiled step anything.


def _floats(name, values):
    try:
        tensor = tf.convert_to_tensor(values)
    except Exception:  # of several types, by what came
        raise ValueError(f"{name} must be a tensor of floats; {show(values)} cannot be made one.") from None
    if not tensor.dtype.is_floating:
        raise ValueError(f"{name} must be a tensor of floats; {show(values)} came. Use tf.cast(…, tf.float32).")
    return tensor


def _values(name, values):
    """One float for each sample."""
    values = _floats(name, values)
    shape = values.shape
    known = shape.rank is not None
    if known and (shape.rank not in (1, 2) or shape[0] == 0 or (shape.rank == 2 and shape[1] not in (1, None))):
        raise ValueError(f"{name} must hold one number per sample, (batch,) or (batch, 1); {show(values)} came.")
    return values


def _samples(name, samples):
    """Samples, or features of samples, (batch, …)."""
    samples = _floats(name, samples)
    if samples.shape.rank is not None and (samples.shape.rank < 2 or 0 in samples.shape):
        raise ValueError(f"{name} must have shape (batch, …) and not be empty; {show(samples)} came.")
    return samples


def _check_critic(critic):
    if not callable(critic):
        raise ValueError(f"critic must be a model or a function (batch, …) → (batch, 1); {show(critic)} is not.")


def _check_seed_pair(seed):
    try:
        pair = tf.convert_to_tensor(seed)
        fits = pair.dtype.is_integer and pair.shape == (2,)
    except Exception:  # of several types, by what came
        fits = False
    if not fits:
        raise ValueError(f"seed must be two whole numbers, e.g. (1, 2), or None; {show(seed)} is neither.")
    return pair
