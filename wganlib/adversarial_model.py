"""What GAN, WGAN and WGAN-GP share: one training step as a Keras model, its randomness, its average, its samples.

One training step is n_critic critic updates, each on fresh real samples and fresh z, then one generator update, in one
compiled function without a host sync. All randomness (`wganlib.draws`; `wganlib.batches` for the order of the data) is
a function of the seed and the step counter.
"""

import keras
import numpy as np
import tensorflow as tf

from wganlib import losses
from wganlib.arguments import (
    as_finite,
    as_tuple,
    check_choice,
    check_count,
    check_network,
    check_number,
    check_seed,
    show,
)
from wganlib.batches import batches
from wganlib.devices import xla_pays
from wganlib.draws import ALPHA, LATENT, LATENTS, SAMPLE, check_draw, draw_seed, draw_uniform, draw_z, own_part
from wganlib.feature_matching import critic_with_features

# What Keras' fit takes and a GAN's has no use for.
NOT_FOR_SAMPLES = ("y", "sample_weight", "class_weight", "validation_data", "validation_split")


class AdversarialModel(keras.Model):
    """What GAN, WGAN and WGANGP share: the step, the randomness, the moving average, sampling.

    Args:
        generator: a model (batch, z_size) → (batch, …).
        critic: a model (batch, …) → (batch, 1) without a sigmoid.
        n_critic: critic updates per generator update, ≥ 1.
        latent: "normal" for z ~ N(0, 1) or "uniform" for z ~ U(−1, 1).
        ema_decay: None, or the decay in [0, 1) of an exponential moving average of the generator's weights, which is
            then used for sampling (Yazıcı et al. 2018, arXiv 1806.04498).
        seed: of every draw.
        feature_matching: None, or a weight w > 0: the generator then minimises its own loss + w · the squared distance
            between the critic's mean features of real samples (those of the step's last critic update) and of generated
            ones (Salimans et al. 2016, arXiv 1606.03498, §3.1), which is logged as "feature_matching". Under
            `tf.distribute` a replica matches its own samples.
        feature_layer: the name of the critic's layer whose output is matched; None takes what goes into its last Dense
            layer or convolution.
        adversarial_weight: weight ≥ 0 of the generator's own loss beside feature matching; 0 leaves feature matching
            alone, which is the paper's form.

    Attributes:
        step: the number of training steps made, an int64 variable that is saved with the weights.
        averaged_generator: the generator with averaged weights, or `generator` itself without ema_decay.

    Raises:
        ValueError: networks that do not fit each other, or a setting out of its range.
    """

    def __init__(
        self,
        generator,
        critic,
        *,
        n_critic=1,
        latent="normal",
        ema_decay=None,
        seed=0,
        feature_matching=None,
        feature_layer=None,
        adversarial_weight=1.0,
        name=None,
    ):
        super().__init__(name=name)
        z_shape, made = check_network("generator", generator)
        taken, value = check_network("critic", critic)
        if len(z_shape) != 1:
            raise ValueError(f"The generator must take z of shape (batch, z_size); its samples of z have {z_shape}.")
        if made != taken:
            raise ValueError(
                f"The generator makes samples of shape {made}, the critic takes {taken}: build both with the same size "
                "and channels."
            )
        if value != (1,):
            raise ValueError(
                f"The critic must return one number per sample, shape (batch, 1), not {critic.output_shape}."
            )
        n_critic = check_count(
            "n_critic", n_critic, rule="counts critic updates per generator update, a whole number of at least 1"
        )
        check_choice("latent", latent, LATENTS)
        if ema_decay is not None:
            check_number("ema_decay", ema_decay, "must be in [0, 1), e.g. 0.99, or None", at_least=0, below=1)
        seed = check_seed("seed", seed)
        self.generator, self.critic = generator, critic
        _check_feature_matching(feature_matching, feature_layer, adversarial_weight)
        self.n_critic, self.latent, self.ema_decay, self.seed = n_critic, latent, ema_decay, seed
        self.feature_matching, self.feature_layer = feature_matching, feature_layer
        self.adversarial_weight = adversarial_weight
        if feature_matching is not None:
            self.logged = (*self.logged, "feature_matching")
            two_headed = critic_with_features(critic, feature_layer)
            # In a function, where Keras does not look for layers: their weights are the critic's.
            self.features_and_values = lambda samples: two_headed(samples, training=True)
        (self.z_size,) = z_shape
        self.averaged_generator = generator
        if ema_decay is not None:
            self.averaged_generator = keras.models.clone_model(generator)
            self.averaged_generator.set_weights(generator.get_weights())
        self.step = self.add_weight(shape=(), dtype="int64", initializer="zeros", trainable=False, name="step")
        self.trackers = [keras.metrics.Mean(name=name) for name in self.logged]
        # Real and fake share one pass through the critic where no layer lets samples of a batch see each other.
        self.joint_pass = not any(mixes_samples(layer) for layer in critic._flatten_layers())
        self.built = True

    # What a kind of GAN is: its losses, what it logs, its papers' optimisers.

    logged = ("critic_loss", "generator_loss")

    def critic_loss(self, real, fake, draw):
        """The loss that a critic update minimises, and what to log: (scalar, {name: scalar})."""
        raise NotImplementedError

    def generator_loss(self, fake_values):
        """The loss that the generator update minimises, from the critic's values of generated samples."""
        raise NotImplementedError

    def after_critic_update(self):
        """Called after each critic update, e.g. to clip weights."""

    def settings(self):
        """The numbers that decide a run, apart from networks, optimisers and data: {name: value}."""
        names = ["n_critic", "latent", "ema_decay", "seed"]
        if self.feature_matching is not None:
            names += ["feature_matching", "feature_layer", "adversarial_weight"]
        return {name: getattr(self, name) for name in names}

    def default_optimizer(self):
        """A new optimiser with the paper's settings."""
        raise NotImplementedError

    # Keras' interface.

    def compile(self, generator_optimizer=None, critic_optimizer=None, *, jit_compile="auto", **options):
        """Choose the optimisers.

        Args:
            generator_optimizer, critic_optimizer: Keras optimisers or their names; None takes the paper's.
            jit_compile: whether XLA compiles the step; "auto" where it can and is expected to pay: on a GPU, and for
                the smallest networks (`wganlib.devices.xla_pays`).
            options: Keras' own, such as steps_per_execution and run_eagerly.

        Raises:
            ValueError: what is no optimiser, one for both networks, or one that holds the state of other networks.
        """
        if not (isinstance(jit_compile, str) and jit_compile == "auto"):
            rule = 'must be True, False or "auto"'
            if not isinstance(jit_compile, (bool, np.bool_)):
                raise ValueError(f"jit_compile {rule}; {show(jit_compile)} is neither.")
        if "steps_per_execution" in options:
            options["steps_per_execution"] = check_count("steps_per_execution", options["steps_per_execution"])
        generator_optimizer = self._optimizer("generator_optimizer", generator_optimizer, self.generator)
        critic_optimizer = self._optimizer("critic_optimizer", critic_optimizer, self.critic)
        if generator_optimizer is critic_optimizer:
            raise ValueError(
                "Generator and critic need an optimiser each: one cannot hold the state of both, and "
                f"{show(critic_optimizer)} came for both."
            )
        # Keras does the same to the critic's.
        scales = isinstance(generator_optimizer, keras.optimizers.LossScaleOptimizer)
        if self.dtype_policy.name == "mixed_float16" and options.get("auto_scale_loss", True) and not scales:
            generator_optimizer = keras.optimizers.LossScaleOptimizer(generator_optimizer)
        self.generator_optimizer = generator_optimizer
        if options.get("run_eagerly") or (jit_compile == "auto" and not xla_pays(self)):
            jit_compile = False
        super().compile(optimizer=critic_optimizer, jit_compile=jit_compile, **options)
        self.optimizer.build(self.critic.trainable_variables)
        self.generator_optimizer.build(self.generator.trainable_variables)

    def _optimizer(self, name, optimizer, network):
        if optimizer is None:
            return self.default_optimizer()
        try:
            found = keras.optimizers.get(optimizer)
        except Exception:  # of several types, by what came
            found = None
        if not isinstance(found, keras.optimizers.Optimizer):
            raise ValueError(
                f"{name} must be a Keras optimiser, e.g. keras.optimizers.Adam(1e-4), its name or None; "
                f"{show(optimizer)} is not."
            )
        if found.built:
            # As Keras finds its slots: by the variables that it was built for.
            known = {id(variable) for variable in found._trainable_variables}
            if known != {id(variable) for variable in network.trainable_variables}:
                raise ValueError(
                    f"{name}, {show(optimizer)}, holds the state of another network's training: make a new one."
                )
        return found

    @property
    def critic_optimizer(self):
        """The critic's optimiser (Keras' callbacks know it as `optimizer`)."""
        return self.optimizer

    def fit(self, x, *args, batch_size=None, **options):
        """Keras' `fit`. `x` is what `wganlib.batches` makes, or an array of samples, which is put through it.

        Args:
            x: a `tf.data.Dataset` of n_critic · batch_size samples an element, or an array (n, …).
            batch_size: samples per critic update where x is an array; 64 unless told.
            options: Keras' own (epochs, callbacks, verbose, …).

        Raises:
            ValueError: before anything is trained: `compile` was not called, samples that `batches` would refuse, or a
                data set that is empty or whose elements have another shape or dtype than the critic takes. The range
                of a data set's values cannot be known beforehand: scale them to [−1, 1] yourself.
        """
        if not self.compiled:
            raise ValueError(
                f"This {type(self).__name__} was not compiled: call compile() before fit(); without arguments it takes "
                "the paper's optimisers."
            )
        for name, fewest in (("epochs", 1), ("initial_epoch", 0), ("steps_per_epoch", 1)):
            if name in options and not (name == "steps_per_epoch" and options[name] is None):
                options[name] = check_count(name, options[name], fewest)
        callbacks = options.get("callbacks")
        if callbacks is not None and not isinstance(callbacks, keras.callbacks.CallbackList):
            several = callbacks if isinstance(callbacks, (list, tuple)) else [callbacks]
            rule = "must be Keras callbacks, e.g. [HealthAlarm()] with its parentheses"
            options["callbacks"] = list(as_tuple("callbacks", several, rule, keras.callbacks.Callback))
        useless = [name for name in NOT_FOR_SAMPLES if options.get(name) is not None]
        if useless or (args and args[0] is not None):
            came = ", ".join(f"{name}={show(options[name])}" for name in useless) or show(args[0])
            raise ValueError(f"fit takes real samples alone, without labels, weights or validation; {came} came.")
        if isinstance(x, tf.data.Dataset):
            self._check_data(x)
        elif not isinstance(x, tf.distribute.DistributedDataset):
            x = batches(x, self, 64 if batch_size is None else batch_size)
            batch_size = None
        if batch_size is not None:
            raise ValueError(
                f"batch_size={show(batch_size)} belongs to an array of samples; a data set comes in batches already."
            )
        self.data_settings = getattr(x, "settings", None)
        options.setdefault("shuffle", False)  # batches has shuffled
        before = int(self.step.numpy())
        history = super().fit(x, *args, **options)
        if history.epoch and int(self.step.numpy()) == before:
            raise ValueError(
                f"The data set was empty, no step was made: {show(x)} gave no element. Look at its filters."
            )
        return history

    def _check_data(self, data):
        """Refuse a `tf.data.Dataset` that cannot be trained on, by what it tells without being read."""
        spec = data.element_spec
        spec = spec[0] if isinstance(spec, tuple) and spec else spec
        if not isinstance(spec, tf.TensorSpec):
            raise ValueError(
                f"An element of the data set must be one tensor of samples; {show(data.element_spec)} came."
            )
        self._check_samples(spec)
        if int(data.cardinality()) == 0:
            raise ValueError(
                f"The data set is empty, {show(spec)} in 0 elements: fewer samples than one batch, with "
                "drop_remainder=True? Feed wganlib.batches(samples, trainer)."
            )

    def _check_samples(self, samples):
        shape = self.critic.input_shape[1:]
        fits = samples.shape.rank is not None and tuple(samples.shape[1:]) == shape
        if not fits or samples.dtype != tf.float32:
            raise ValueError(
                f"The critic takes float32 batches of shape {(None, *shape)}; {show(samples)} came. Batch the data "
                "set, give it the critic's size and channels, and cast it: .map(lambda x: tf.cast(x, tf.float32)). "
                f"Where TensorFlow does not know the shape, say it: tf.ensure_shape(x, {(None, *shape)})."
            )
        count = samples.shape[0]
        if count is not None and (count % self.n_critic or count == 0):
            raise ValueError(
                f"A step makes n_critic = {self.n_critic} critic updates on equal shares of a batch; {count} samples "
                f"({show(samples)}) cannot be shared so. Feed batches of wganlib.batches(samples, trainer)."
            )

    @tf.autograph.experimental.do_not_convert
    def train_step(self, data):
        """n_critic critic updates on fresh samples, then one generator update. Returns the epoch's means so far."""
        samples = data[0] if isinstance(data, (tuple, list)) else data
        rounds = self.rounds(samples)
        logs = [self._update_critic(real, draw) for draw, real in enumerate(rounds)]
        logs = {name: tf.add_n([log[name] for log in logs]) / self.n_critic for name in logs[0]}
        logs |= self._update_generator(batch_size_of(rounds[0]), rounds[-1])
        self._update_average()
        # A new epoch's data reads the counter when its first element is asked for (`wganlib.batches`). A graph sees no
        # order between that and the count, and may count first: this makes it wait for the samples.
        with tf.control_dependencies([samples]):
            self.step.assign_add(1)
        for tracker in self.trackers:
            tracker.update_state(logs[tracker.name])
        return {tracker.name: _for_keras(tracker.result()) for tracker in self.trackers}

    # Randomness.

    def draw_latent(self, count, draw=0, step=None, purpose=LATENT):
        """z for draw number `draw` of a step (n_critic critic draws, then the generator's): float32 (count, z_size)."""
        check_draw(count, draw, step)
        return draw_z(count, self.z_size, self.latent, self._seed(purpose, draw, step))

    def draw_alpha(self, count, draw=0, step=None):
        """α ~ U(0, 1) for critic update `draw` of a step: float32 (count,)."""
        check_draw(count, draw, step)
        seed = self._seed(ALPHA, draw, step)
        return own_part(lambda n: draw_uniform((n,), seed), count)

    def _seed(self, purpose, draw, step):
        return draw_seed(self.seed, purpose, self.step.value if step is None else step, draw, self.n_critic + 1)

    # Sampling.

    def sample(self, count, seed=0):
        """`count` generated samples from the averaged generator, as a NumPy array (count, …).

        Args:
            count: how many, ≥ 1.
            seed: another seed gives other samples; the same one always the same z.

        Raises:
            ValueError: what is no count or no seed.
        """
        count, seed = check_count("count", count), check_seed("seed", seed)
        return self.generate(self.draw_latent(count, draw=0, step=seed, purpose=SAMPLE))

    def generate(self, z, batch_size=500):
        """The averaged generator's samples for the given z (n, z_size), as a NumPy array (n, …).

        Raises:
            ValueError: a z of another shape, empty, or with NaN.
        """
        z, batch_size = as_finite("z", z), check_count("batch_size", batch_size)
        if z.ndim != 2 or z.shape[1] != self.z_size or len(z) == 0:
            raise ValueError(f"z must have shape (n, {self.z_size}), n ≥ 1; its shape is {z.shape}.")
        z = tf.convert_to_tensor(z, tf.float32)
        parts = [self.averaged_generator(z[i : i + batch_size], training=False) for i in range(0, len(z), batch_size)]
        return np.concatenate(parts)

    # The parts of a step.

    def critic_values(self, real, fake):
        """The critic's values of real and fake samples in training mode, in one pass where that changes nothing."""
        if not self.joint_pass:
            return self.critic(real, training=True), self.critic(fake, training=True)
        return tf.split(self.critic(tf.concat([real, fake], 0), training=True), 2)

    def rounds(self, samples):
        """The real samples of each critic update of a step: a list of n_critic tensors (batch_size, …).

        Args:
            samples: an element of `wganlib.batches`, (n_critic · batch_size, …). Update i takes every n_critic-th of
                them, from i on: so a replica of a distributed run, which holds a stretch of the element, has its part
                of every update.

        Raises:
            ValueError: what is no tensor of such samples, or cannot be dealt out evenly.
        """
        if not tf.is_tensor(samples):
            raise ValueError(f"samples must be a tensor, an element of wganlib.batches; {show(samples)} came.")
        self._check_samples(samples)  # by static shape, while the step is traced
        return [samples[update :: self.n_critic] for update in range(self.n_critic)]

    def _update_critic(self, real, draw):
        fake = self.generator(self.draw_latent(batch_size_of(real), draw), training=True)
        variables = self.critic.trainable_variables
        with tf.GradientTape() as tape:
            loss, logs = self.critic_loss(real, fake, draw)
            scaled = self.optimizer.scale_loss(_share(loss))
        self.optimizer.apply(tape.gradient(scaled, variables), variables)
        self.after_critic_update()
        return {"critic_loss": loss, **logs}

    def _update_generator(self, count, real=None):
        variables = self.generator.trainable_variables
        z = self.draw_latent(count, self.n_critic)
        matched = self.feature_matching is not None
        # Outside the tape: real features do not depend on the generator.
        of_real = self.features_and_values(real)[0] if matched else None
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            for variable in variables:
                tape.watch(variable.value)
            fake = self.generator(z, training=True)
            if matched:
                of_fake, values = self.features_and_values(fake)
                distance = losses.feature_matching_loss(of_real, of_fake)
                loss = self.adversarial_weight * self.generator_loss(values) + self.feature_matching * distance
            else:
                loss = self.generator_loss(self.critic(fake, training=True))
            scaled = self.generator_optimizer.scale_loss(_share(loss))
        self.generator_optimizer.apply(tape.gradient(scaled, [v.value for v in variables]), variables)
        return {"generator_loss": loss, "feature_matching": distance} if matched else {"generator_loss": loss}

    def _update_average(self):
        if self.ema_decay is None:
            return
        step = tf.cast(self.step.value, tf.float32)
        # Early on the average may not lag behind: its memory grows with the run.
        decay = tf.minimum(self.ema_decay, (1 + step) / (10 + step))
        pairs = zip(self.averaged_generator.weights, self.generator.weights, strict=True)
        for average, weight in pairs:
            if average.dtype.startswith("float"):
                average.assign(decay * average + (1 - decay) * weight)
            else:
                average.assign(weight)


def _check_feature_matching(weight, layer, adversarial_weight):
    check_number("adversarial_weight", adversarial_weight, at_least=0)
    if weight is None:
        if layer is not None or adversarial_weight != 1:
            raise ValueError(
                "feature_layer and adversarial_weight belong to feature matching: give it a weight too, e.g. "
                f"feature_matching=1.0; {show(layer)} and {show(adversarial_weight)} came."
            )
        return
    check_number("feature_matching", weight, "is a weight above 0, or None for none", above=0)


def mixes_samples(layer):
    """Whether a layer lets the samples of a batch see each other."""
    return isinstance(layer, keras.layers.BatchNormalization) or getattr(layer, "mixes_samples", False)


def batch_size_of(samples):
    """How many samples a batch has: a number where the graph knows it, else a tensor."""
    return samples.shape[0] if samples.shape[0] is not None else tf.shape(samples)[0]


def _share(loss):
    # Keras sums the replicas' gradients; the sum of these shares is the gradient of the mean over the whole batch.
    return loss / tf.distribute.get_strategy().num_replicas_in_sync


def _for_keras(number):
    """A logged number as Keras' `fit` can take it from the replicas."""
    # Under several workers it averages what a step returns over axis 0, which a scalar does not have
    # (https://github.com/keras-team/keras/issues/20585).
    several = isinstance(tf.distribute.get_strategy(), tf.distribute.MultiWorkerMirroredStrategy)
    return number[tf.newaxis] if several else number
