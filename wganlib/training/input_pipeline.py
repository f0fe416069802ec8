"""Feeds a trainer: every step its images, in an order that is a function of (seed, step) and of nothing else."""

import weakref
import zlib

import numpy as np
import tensorflow as tf

from wganlib._arguments import as_classes, check_count, check_samples, show
from wganlib.data.pixels import to_samples

# Sets the draws of the order apart from those of `wganlib.training.draws` (0, 1 and 2) at the same seed.
ORDER = 3


def batches(images, trainer, batch_size=64, *, labels=None, steps_per_epoch=None):
    """The data set that `trainer.fit` takes: one element a training step, with the real images of all its updates.

    A step of `GAN`, `WGAN` or `WGANGP` makes n_critic critic updates, each on fresh real images; an element holds
    n_critic · batch_size of them. One epoch passes once over the images, less an incomplete step at its end, in an
    order reshuffled each epoch by a stateless permutation of the trainer's seed and the epoch. Where an epoch
    starts is read from the trainer's step counter, so that a second `fit` goes on where the first stopped.

    Args:
        images: array (n, …), e.g. float32 (n, 28, 28, 1) in [−1, 1]. A float32 array is not copied, so leave it as it
            is while it is trained on. One that `wganlib.data.cache_images` or `np.load(…, mmap_mode="r")` gives may be
            larger than the memory: it is read image by image, and a thousand of its images are looked at beforehand.
            Where such a file holds images as uint8, each batch is scaled from [0, 255] to [−1, 1].
        trainer: the model that will be fitted (its n_critic, seed and step counter are used).
        batch_size: real images per critic update, on all replicas together.
        labels: (n,) whole numbers from 0 up, the class of each image, for a conditional trainer alone.
        steps_per_epoch: steps that `fit` calls an epoch; None makes one pass over the images. The order is the same
            either way: it depends on the step alone.

    Returns:
        A `tf.data.Dataset` of float32 (n_critic · batch_size, …), with labels of pairs of these and int32
        (n_critic · batch_size,), with a known number of steps per epoch.

    Raises:
        ValueError: fewer images than one step needs, values that are not finite, or images that are not scaled to
            [−1, 1]; labels that do not match images and classes, or a class with fewer than 2 images.
    """
    if not all(hasattr(trainer, name) for name in ("critic", "n_critic", "seed", "step")):
        raise ValueError(f"`trainer` must be a GAN, WGAN or WGANGP of wganlib. Received: {show(trainer)}.")
    shape = trainer.critic.input_shape[1:]
    if isinstance(images, np.memmap):  # may be larger than the memory: a thousand of its images are looked at
        check_samples(_few_samples(images), shape)
    else:
        images = check_samples(images, shape)
    labels = check_labels(labels, len(images), trainer)
    batch_size = check_count("batch_size", batch_size)
    if steps_per_epoch is not None:
        rule = "must be a whole number of at least 1, or None"
        steps_per_epoch = check_count("steps_per_epoch", steps_per_epoch, rule=rule)
    per_step = trainer.n_critic * batch_size
    steps = len(images) // per_step
    length = steps if steps_per_epoch is None else steps_per_epoch
    if steps == 0:
        raise ValueError(
            f"There must be enough images for one step, n_critic × batch_size = {trainer.n_critic} × {batch_size} = "
            f"{per_step}. Received: {len(images)} images. "
            + (
                f"Use a batch_size of at most {len(images) // trainer.n_critic}."
                if len(images) >= trainer.n_critic
                else "Use more images, or a smaller n_critic."
            )
        )
    feed = _Feed(images, trainer, per_step, labels)
    # TensorFlow keeps for good what a data set calls. So it keeps a reference that holds nothing, and the data set,
    # which every iterator holds, keeps the images.
    reach = weakref.ref(feed)

    kinds = (tf.int64, tf.float32) if labels is None else (tf.int64, tf.float32, tf.int32)

    def next_samples(step, _):
        step, samples, *classes = tf.numpy_function(lambda step: _held(reach)(step), [step], kinds)
        samples = tf.ensure_shape(samples, (per_step, *images.shape[1:]))
        classes = [tf.ensure_shape(one, (per_step,)) for one in classes]
        return tf.ensure_shape(step, ()) + 1, (samples, *classes) if classes else samples

    # A step below 0 stands for the trainer's own, which is asked for when the first element is.
    data = tf.data.Dataset.range(length).scan(tf.constant(-1, tf.int64), next_samples)
    options = tf.data.Options()
    # Of every element, each worker of a distributed run takes its own part, and each of its replicas a part of that.
    options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.DATA
    # There is nothing to tune: one call a step, made while the step before runs. And the end of an epoch may wait for
    # the tuning's thread, which sleeps for 10 ms · 2ᵏ at a time, so as long again as the epoch took.
    options.autotune.enabled = False
    data = data.prefetch(2).with_options(options)
    data.feed = feed
    # For `ExactResume`, which refuses to go on with other data: at most 1,000 of the images tell them apart.
    few = np.ascontiguousarray(_few_samples(images), np.float32)
    data.settings = {
        "images": len(images),
        "checksum": zlib.crc32(few),
        "batch_size": batch_size,
        "steps_per_epoch": length,
    } | ({} if labels is None else {"labels": zlib.crc32(labels)})
    return data


def check_labels(labels, count, trainer, fewest=2):
    """The labels of `count` images as int32 (count,), or None for a trainer that has no use for them."""
    n_classes = getattr(trainer, "n_classes", None)
    if n_classes is None:
        if labels is not None:
            raise ValueError(
                f"`labels` must be left out for a {type(trainer).__name__}. Received: {show(labels)}. Train a "
                "wganlib.training.ConditionalWGANGP."
            )
        return None
    if labels is None:
        raise ValueError(
            f"A {type(trainer).__name__} must be given the labels of its images: fit(images, labels), and everywhere "
            "else labels=labels. Received: None."
        )
    labels = np.ascontiguousarray(as_classes("labels", labels, n_classes), np.int32)
    if labels.shape != (count,):
        raise ValueError(
            f"`labels` must be one whole number for each of the {count} images. Received: shape {labels.shape}."
        )
    counts = np.bincount(labels, minlength=n_classes)
    if counts.min() < fewest:
        raise ValueError(
            f"`labels` must name each of the {n_classes} classes at least twice: a class of one image can only be "
            f"copied. Received: class {counts.argmin()} with {counts.min()} of {count} images. Leave it out, or join "
            "it to another."
        )
    return labels


def as_steps(x, trainer, batch_size=None, steps_per_epoch=None, labels=None):
    """What `fit` was given, as a data set of one element a step, and the steps of an epoch that Keras is to count.

    A `tf.data.Dataset` that `batches` did not make is examined: its spec, and the values of its first element. Where it
    does not know how many samples its elements have, they get as many as the first one has, and what is left at the end
    of a pass is dropped, as `batches` does. With steps_per_epoch it is passed over again as often as that needs.

    Raises:
        ValueError: see `AdversarialModel.fit`.
    """
    is_distributed = isinstance(x, tf.distribute.DistributedDataset)
    if not (is_distributed or isinstance(x, tf.data.Dataset)):
        if trainer.n_classes is not None and labels is None and isinstance(x, (tuple, list)) and len(x) == 2:
            raise ValueError(
                f"`x` must be an array of images, and `y` their labels. Received: a {type(x).__name__} of two for `x`. "
                "Pass one after the other: fit(images, labels)."
            )
        batch_size = 64 if batch_size is None else batch_size
        return batches(x, trainer, batch_size, labels=labels, steps_per_epoch=steps_per_epoch), None
    if labels is not None:
        raise ValueError(
            f"`y` must be left out for a data set, whose elements have their labels. Received: {show(labels)}."
        )
    if batch_size is not None:
        raise ValueError(
            f"`batch_size` must be left out for a data set, whose elements are batches. Received: {show(batch_size)}."
        )
    feed = getattr(x, "feed", None)
    if isinstance(feed, _Feed):
        if feed.counter is trainer.step and steps_per_epoch is None:
            return x, None
        # Another trainer's, or of another length
        length = steps_per_epoch or x.settings["steps_per_epoch"]
        labels = None if trainer.n_classes is None else feed.labels
        return batches(feed.images, trainer, x.settings["batch_size"], labels=labels, steps_per_epoch=length), None
    if not is_distributed:  # whose spec is one of several replicas
        check_batch(_samples_of(x.element_spec, trainer), trainer)
    first = next(iter(x if is_distributed else x.take(1)), None)
    if first is None:
        raise ValueError(
            f"The data set must have at least one element. Received: {show(x)}, which is empty. Look at its filters; "
            "or are there fewer samples than one batch, with drop_remainder=True?"
        )
    for part in trainer.distribute_strategy.experimental_local_results(first):  # one a replica, or the element itself
        samples = _samples_of(part, trainer)
        check_batch(samples, trainer)
        check_samples(samples.numpy(), trainer.critic.input_shape[1:])
        if trainer.n_classes is not None:
            _check_labels_of(part, samples, trainer)
    length = x.cardinality if is_distributed else x.cardinality()
    endless = int(length) == tf.data.INFINITE_CARDINALITY
    if endless and steps_per_epoch is None:
        raise ValueError(f"`steps_per_epoch` must be given for an endless data set. Received: None, and {show(x)}.")
    if is_distributed:
        return x, steps_per_epoch
    if trainer.n_classes is not None:
        x = x.map(lambda *element: _with_known_labels(element, trainer.n_classes))
    if _samples_of(x.element_spec, trainer).shape[0] is None:
        x = x.rebatch(len(samples), drop_remainder=True)
    return (x if steps_per_epoch is None or endless else x.repeat()), steps_per_epoch


def check_batch(samples, trainer):
    """Refuse what a step of the trainer cannot take, by a batch's dtype and its static shape."""
    shape = trainer.critic.input_shape[1:]
    fits = samples.shape.rank is not None and tuple(samples.shape[1:]) == shape
    if not fits or samples.dtype != tf.float32:
        raise ValueError(
            f"The critic takes float32 batches of shape {(None, *shape)}. Received: {show(samples)}. Batch the "
            "data, give it the critic's size and channels, and cast it: .map(lambda x: tf.cast(x, tf.float32)). "
            f"Where TensorFlow does not know the shape, say it: tf.ensure_shape(x, {(None, *shape)})."
        )
    count, n_critic = samples.shape[0], trainer.n_critic
    if count is not None and (count % n_critic or count == 0):
        raise ValueError(
            f"A batch must divide into n_critic = {n_critic} equal parts, one for each critic update. Received: "
            f"{count} samples ({show(samples)}). Batch a multiple of it: .batch(n_critic * batch_size)."
        )


def _check_labels_of(element, samples, trainer):
    """Refuse the first element of a data set whose labels a conditional trainer cannot take."""
    labels = element[1] if isinstance(element, tuple) and len(element) > 1 else None
    fits = isinstance(labels, tf.Tensor) and labels.dtype.is_integer and labels.shape == samples.shape[:1]
    if not fits:
        raise ValueError(
            f"An element of the data set must be images and their labels, whole numbers of shape ({len(samples)},). "
            f"Received: {show(labels)} for labels."
        )
    as_classes("labels", labels.numpy(), trainer.n_classes)


def _with_known_labels(element, n_classes):
    """An element of a data set as it is; where a label is out of range, running it fails."""
    # tf.one_hot makes a row of 0s of such a label, with which a step would train on nothing.
    labels = element[1]
    rule = f"The labels of a data set must lie between 0 and {n_classes - 1}."
    known = tf.debugging.Assert(tf.reduce_all((labels >= 0) & (labels < n_classes)), [rule, "Received:", labels])
    with tf.control_dependencies([known]):
        return (element[0], tf.identity(labels), *element[2:])


def _samples_of(element, trainer):
    """The samples in an element of a trainer's data set (its spec), which may have labels behind them."""
    samples = element[0] if isinstance(element, tuple) and element else element
    if not isinstance(samples, (tf.Tensor, tf.TensorSpec)):
        wanted, chosen = "one tensor of samples, or samples and labels", "element['image']"
        if trainer.n_classes is not None:
            wanted, chosen = "images and their labels", "(element['image'], element['label'])"
        raise ValueError(
            f"An element of the data set must be {wanted}. Received: {show(element)}. Choose by .map, e.g. "
            f".map(lambda element: {chosen})."
        )
    return samples


def _holds_pixels(images):
    """Whether images are a file's pixels, to be scaled. An array of pixels is not: `check_samples` says what to do."""
    return isinstance(images, np.memmap) and images.dtype == np.uint8 and images.ndim == 4


def _few_samples(images):
    """At most 1,000 of the images, evenly spaced, scaled."""
    few = images[:: max(1, -(-len(images) // 1000))]
    return to_samples(few) if _holds_pixels(images) else few


def _held(reach):
    """What a weak reference refers to."""
    feed = reach()
    if feed is None:
        raise RuntimeError(
            "The data set that `batches` returned must be kept while another is made of it, such as in flat_map: it "
            "holds the images. Give it a name outside of the function."
        )
    return feed


class _Feed:
    """The images of every step: what `batches` makes a data set of."""

    def __init__(self, images, trainer, per_step, labels=None):
        self.labels = labels
        self.images, self.n_critic, self.seed = images, trainer.n_critic, trainer.seed
        self.scale = _holds_pixels(images)
        self.counter = trainer.step
        self.per_step, self.steps = per_step, len(images) // per_step
        self.number, self.order = None, None

    def __call__(self, step):
        """(the step, its images, their labels if any); where the step is below 0, those of the trainer's own step."""
        step = int(step) if step >= 0 else int(self.counter.numpy())
        number, place = divmod(step, self.steps)
        if number != self.number:
            self.number, self.order = number, self.pass_order(number)
        chosen = self.order[place]
        samples = self.images[chosen]
        samples = to_samples(samples) if self.scale else samples.astype(np.float32, copy=False)
        return np.int64(step), samples, *([] if self.labels is None else [self.labels[chosen]])

    def pass_order(self, number):
        """The images of each step of one pass: int32 (steps, per_step)."""
        # A sort of random keys. tf.random.experimental.index_shuffle would need no sort, but its orders repeat, and
        # with more rounds it can search for ever.
        with tf.device("CPU"):
            seed = (self.seed + (ORDER << 32), number)
            keys = tf.random.stateless_uniform((len(self.images),), seed, None, None, tf.int32, alg="philox")
            order = tf.argsort(keys).numpy()[: self.steps * self.per_step]
        # As `AdversarialModel.rounds` deals them out.
        return order.reshape(self.steps, self.n_critic, -1).transpose(0, 2, 1).reshape(self.steps, -1)
