"""Adversarial losses as pure functions on tensors: they return what is to be *minimised*.

A critic or discriminator here has no sigmoid: its outputs are values, or logits, of shape (batch,) or (batch, 1). Only
what would give a silently wrong number is refused: values that broadcast against each other, an α per pixel or per
batch, two dtypes. NaN in gives NaN out, since these functions run inside a compiled step; `HealthAlarm` stops it.
"""

import tensorflow as tf

# Under the root of the gradient norm. √ has an infinite slope at zero, and 0 · ∞ is NaN: without it one dead input
# ends a run. It moves a norm of 1 by 5e-13 and a norm of 0 to 1e-6.
EPSILON = 1e-12


def minimax_discriminator_loss(real, fake, real_label=1.0):
    """Cross-entropy of a discriminator (Goodfellow et al. 2014, arXiv 1406.2661, eq. 1, negated).

    −mean log D(x) − mean log(1 − D(G(z))) with D = sigmoid of the logits, computed from the logits, so that it stays
    finite however sure the discriminator is.

    Args:
        real: logits of real samples, (batch,) or (batch, 1).
        fake: logits of generated samples, of the same rank.
        real_label: target for real samples in (0, 1]; 0.9 is one-sided label smoothing (arXiv 1606.03498, §3.4).

    Returns:
        A scalar ≥ 0; 2 log 2 ≈ 1.386 where the discriminator cannot tell.
    """
    real, fake = _values(real, fake)
    of_real = tf.nn.sigmoid_cross_entropy_with_logits(labels=real_label * tf.ones_like(real), logits=real)
    of_fake = tf.nn.sigmoid_cross_entropy_with_logits(labels=tf.zeros_like(fake), logits=fake)
    return tf.reduce_mean(of_real) + tf.reduce_mean(of_fake)


def minimax_generator_loss(fake):
    """The saturating loss of arXiv 1406.2661, eq. 1: mean log(1 − D(G(z))). Its gradient vanishes as D grows sure.

    Args:
        fake: logits of generated samples, (batch,) or (batch, 1).

    Returns:
        A scalar ≤ 0.
    """
    (fake,) = _values(fake)
    return -tf.reduce_mean(tf.nn.softplus(fake))


def non_saturating_generator_loss(fake):
    """−mean log D(G(z)), which arXiv 1406.2661, §3, uses in practice.

    Args:
        fake: logits of generated samples, (batch,) or (batch, 1).

    Returns:
        A scalar ≥ 0.
    """
    (fake,) = _values(fake)
    return tf.reduce_mean(tf.nn.softplus(-fake))


def wasserstein_critic_loss(real, fake):
    """mean D(G(z)) − mean D(x) (Arjovsky et al. 2017, arXiv 1701.07875, Algorithm 1): minus the Wasserstein estimate.

    Args:
        real: critic values of real samples, (batch,) or (batch, 1).
        fake: critic values of generated samples, of the same rank.

    Returns:
        A scalar, unbounded.
    """
    real, fake = _values(real, fake)
    return tf.reduce_mean(fake) - tf.reduce_mean(real)


def wasserstein_generator_loss(fake):
    """−mean D(G(z)) (arXiv 1701.07875, Algorithm 1).

    Args:
        fake: critic values of generated samples, (batch,) or (batch, 1).

    Returns:
        A scalar, unbounded.
    """
    (fake,) = _values(fake)
    return -tf.reduce_mean(fake)


def hinge_discriminator_loss(real, fake):
    """mean max(0, 1 − D(x)) + mean max(0, 1 + D(G(z))) (Lim & Ye 2017, arXiv 1705.02894; arXiv 1802.05957, eq. 16).

    Samples that are on their side of the margin ±1 no longer count. The generator's loss beside it is
    `wasserstein_generator_loss` (arXiv 1802.05957, eq. 17).

    Args:
        real: values of real samples, (batch,) or (batch, 1).
        fake: values of generated samples, of the same rank.

    Returns:
        A scalar ≥ 0; 2 where the values are 0.
    """
    real, fake = _values(real, fake)
    return tf.reduce_mean(tf.nn.relu(1 - real)) + tf.reduce_mean(tf.nn.relu(1 + fake))


def relativistic_loss(winners, losers):
    """mean log(1 + exp(D(loser) − D(winner))) over pairs (Jolicoeur-Martineau 2018, arXiv 1807.00734, RSGAN).

    For the discriminator the real samples are to win; for the generator, the generated ones. With zero-centred
    penalties beside it, it is the loss of R3GAN (arXiv 2501.05441, §2, which calls it RpGAN).

    Args:
        winners: values of the samples that are to have the larger ones, (batch,) or (batch, 1).
        losers: values of the others, of the same shape: sample i is held against sample i.

    Returns:
        A scalar ≥ 0; log 2 where the values are equal.

    Raises:
        ValueError: two numbers of samples, which could broadcast.
    """
    winners, losers = _values(winners, losers)
    if not winners.shape.is_compatible_with(losers.shape):
        raise ValueError(f"`winners` and `losers` must be pairs. Received: {_seen(winners, losers)}.")
    return tf.reduce_mean(tf.nn.softplus(losers - winners))


def interpolate(real, fake, alpha):
    """x̂ = α x + (1 − α) x̃ (Gulrajani et al. 2017, arXiv 1704.00028, Algorithm 1, line 6).

    Args:
        real: real samples x, (batch, …).
        fake: generated samples x̃ of the same shape.
        alpha: (batch,), one number in [0, 1] for each sample: not one per pixel, not one per batch.

    Returns:
        A tensor of the shape and dtype of `real`.

    Raises:
        ValueError: `real` and `fake` of two shapes or dtypes, or another shape of `alpha`.
    """
    real, fake = tf.convert_to_tensor(real), tf.convert_to_tensor(fake)
    alpha = tf.reshape(tf.cast(alpha, real.dtype), (-1,) + (1,) * (len(real.shape) - 1))
    if real.dtype != fake.dtype or not real.shape.is_compatible_with(fake.shape):
        raise ValueError(f"`real` and `fake` must have one shape and dtype. Received: {_seen(real, fake)}.")
    if not alpha.shape[:1].is_compatible_with(real.shape[:1]):
        raise ValueError(f"`alpha` must hold one number for each sample, {real.shape[0]}. Received: {alpha.shape[0]}.")
    return alpha * real + (1 - alpha) * fake


def gradient_norms(critic, samples, epsilon=EPSILON):
    """‖∇ₓ D(x)‖₂ for each sample, over all of its axes: √(Σ g² + ε).

    Args:
        critic: a function (batch, …) → (batch, 1) in which no sample depends on another (no BatchNorm).
        samples: (batch, …).
        epsilon: keeps the gradient of the root finite where the gradient is zero.

    Returns:
        (batch,), float32, or float64 where the samples are.
    """
    samples = tf.convert_to_tensor(samples)
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(samples)
        # The sum's gradient with respect to sample i is ∇D(xᵢ) alone, because no other term depends on xᵢ.
        total = tf.reduce_sum(critic(samples))
    gradients = _wide(tape.gradient(total, samples))
    return tf.sqrt(tf.reduce_sum(tf.square(gradients), axis=list(range(1, len(samples.shape)))) + epsilon)


def penalty_of_norms(norms, target=1.0, one_sided=False):
    """mean (‖∇‖ − target)², or with one_sided=True mean max(0, ‖∇‖ − target)² (arXiv 1704.00028, eq. 3 and §4).

    Target 0 on real samples alone is R1, on generated ones R2 (Mescheder et al. 2018, arXiv 1801.04406, eq. 9 and 10,
    without their γ/2).

    Args:
        norms: (batch,), from `gradient_norms`.
        target: the slope ≥ 0 that costs nothing.
        one_sided: whether slopes below the target are free.

    Returns:
        A scalar ≥ 0.
    """
    excess = norms - target
    return tf.reduce_mean(tf.square(tf.nn.relu(excess) if one_sided else excess))


def gradient_penalty(critic, real, fake, alpha=None, *, one_sided=False):
    """The penalty of WGAN-GP (arXiv 1704.00028, eq. 3) without its weight λ.

    Args:
        critic: a function (batch, …) → (batch, 1) in which no sample depends on another.
        real: real samples, (batch, …).
        fake: generated samples of the same shape.
        alpha: (batch,) mixing weights; None draws one per sample from U(0, 1).
        one_sided: see `penalty_of_norms`.

    Returns:
        A scalar ≥ 0, float32, or float64 where the samples are.

    Raises:
        ValueError: what `interpolate` refuses.
    """
    if alpha is None:
        alpha = tf.random.uniform(tf.shape(real)[:1])
    norms = gradient_norms(critic, interpolate(real, fake, alpha))
    return penalty_of_norms(norms, one_sided=one_sided)


def feature_matching_loss(real_features, fake_features):
    """‖mean f(x) − mean f(G(z))‖² (Salimans et al. 2016, arXiv 1606.03498, §3.1).

    Args:
        real_features: (batch, …) activations of one layer of the discriminator on real samples.
        fake_features: the same on generated samples; the batches may differ in size.

    Returns:
        A scalar ≥ 0, at least float32: a sum over thousands of squares overflows a float16.

    Raises:
        ValueError: features of two shapes, which would broadcast.
    """
    of_real, of_fake = (tf.reduce_mean(_wide(features), 0) for features in (real_features, fake_features))
    if not of_real.shape.is_compatible_with(of_fake.shape):
        raise ValueError(f"Features must come from one layer. Received: means {_seen(of_real, of_fake)}.")
    return tf.reduce_sum(tf.square(of_real - of_fake))


def _values(*batches):
    """Values of real samples, of generated ones, or of both: one number a sample, one dtype."""
    batches = [tf.convert_to_tensor(values) for values in batches]
    if any(values.shape[1:] not in ((), (1,)) or values.dtype != batches[0].dtype for values in batches):
        raise ValueError(f"Values must have shape (batch,) or (batch, 1) and one dtype. Received: {_seen(*batches)}.")
    return batches


def _wide(numbers):
    """Numbers whose squares can be summed: float16 and bfloat16 become float32."""
    numbers = tf.convert_to_tensor(numbers)
    return numbers if numbers.dtype.size >= 4 else tf.cast(numbers, tf.float32)


def _seen(*tensors):
    return " and ".join(f"{tensor.dtype.name} {tensor.shape}" for tensor in tensors)
