"""What GAN, WGAN and WGAN-GP share: one training step as a Keras model, its randomness, its average, its samples.

One training step is n_critic critic updates, each on fresh real samples and fresh z, then one generator update, in one
compiled function without a host sync. All randomness (`wganlib.training.draws`; for the order of the data,
`wganlib.batches`) is a function of the seed and the step counter.
"""

import warnings

import keras
import numpy as np
import tensorflow as tf

from wganlib._arguments import (
    as_finite,
    as_tuple,
    check_choice,
    check_count,
    check_flag,
    check_network,
    check_number,
    check_seed,
    show,
)
from wganlib._output import streams_may_fail
from wganlib.callbacks.resume import saving_last
from wganlib.devices import xla_pays
from wganlib.training.augmentation import NUMBERS, augment_images, check_augmentations
from wganlib.training.both_optimizers import BothOptimizers
from wganlib.training.draws import (
    ALPHA,
    AUGMENT_FAKE,
    AUGMENT_REAL,
    LATENT,
    LATENTS,
    SAMPLE,
    draw_seed,
    draw_uniform,
    draw_z,
    own_part,
)
from wganlib.training.input_pipeline import as_steps, check_batch
from wganlib.training.interrupts import interrupts_wait

# What Keras' fit takes and a GAN's has no use for.
NOT_FOR_SAMPLES = ("sample_weight", "class_weight", "validation_data", "validation_split")


class AdversarialModel(keras.Model):
    """What GAN, WGAN and WGANGP share: the step, the randomness, the moving average, sampling.

    Args:
        generator: a model (batch, z_size) → (batch, …).
        critic: a model (batch, …) → (batch, 1) without a sigmoid.
        n_critic: critic updates per generator update, ≥ 1.
        latent: "normal" for z ~ N(0, 1) or "uniform" for z ~ U(−1, 1).
        ema_decay: None, or the decay in [0, 1) of an exponential moving average of the generator's weights, which is
            then used for sampling (Yazıcı et al. 2018, arXiv 1806.04498).
        augment: for few pictures, names of what is done at random to real and generated images wherever the critic
            sees them: "translation", "cutout" and "colour" (Zhao et al. 2020, arXiv 2006.10738), and "flip", which the
            generator learns to make. `wganlib.training.augmentation` says what they do. A penalty is taken between
            augmented images.
        seed: of every draw.
        keras_options: name and dtype.

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
        augment=(),
        seed=0,
        name=None,
        dtype=None,
    ):
        super().__init__(name=name, dtype=dtype)
        z_shape, made = check_network("generator", generator)
        taken, value = check_network("critic", critic)
        if len(z_shape) != 1:
            raise ValueError(f"The generator must take z of shape (batch, z_size). Received: samples of {z_shape}.")
        if made != taken:
            raise ValueError(
                f"The critic must take what the generator makes. Received: a generator of samples of shape {made}, a "
                f"critic of {taken}. Build both with the same size and channels."
            )
        self.check_values(value)
        for name, network in {"generator": generator, "critic": critic}.items():
            check_scope(name, network)
        n_critic = check_count("n_critic", n_critic)
        check_choice("latent", latent, LATENTS)
        if ema_decay is not None:
            check_number("ema_decay", ema_decay, "must be in [0, 1), e.g. 0.99, or None", at_least=0, below=1)
        augment, seed = check_augmentations(augment, taken), check_seed("seed", seed)
        self.generator, self.critic, self.augment = generator, critic, augment
        self.n_critic, self.latent, self.ema_decay, self.seed = n_critic, latent, ema_decay, seed
        (self.z_size,) = z_shape
        self.averaged_generator = generator
        if ema_decay is not None:
            self.averaged_generator = keras.models.clone_model(generator)
            self.averaged_generator.set_weights(generator.get_weights())
        self.step = self.add_weight(shape=(), dtype="int64", initializer="zeros", trainable=False, name="step")
        # "loss" tells nothing by itself: it is what Keras' callbacks look at, such as TerminateOnNaN.
        self.trackers = [keras.metrics.Mean(name=name) for name in (*self.logged, "loss")]
        # Real and fake share one pass through the critic where no layer lets samples of a batch see each other.
        self.joint_pass = not any(mixes_samples(layer) for layer in critic._flatten_layers())
        self.built = True

    # What a kind of GAN is: its losses, what it logs, its papers' optimisers.

    logged = ("critic_loss", "generator_loss")
    n_classes = None  # of labelled samples

    def check_values(self, shape):
        """Refuse a critic by the shape of what it returns for one sample."""
        if shape != (1,):
            raise ValueError(
                f"The critic must return one number per sample, shape (batch, 1). Received: {(None, *shape)}."
            )

    def critic_loss(self, real, fake, draw):
        """The loss that a critic update minimises, and what to log: (scalar, {name: scalar}).

        `real` and `fake` are augmented where that was asked for; `draw`, the number of the update within its step, is a
        tensor.
        """
        raise NotImplementedError

    def generator_loss(self, fake_values):
        """The generator's adversarial loss, from the critic's values of generated samples."""
        raise NotImplementedError

    def generator_objective(self, fake, real):
        """The loss that the generator update minimises, and what else to log: (scalar, {name: scalar})."""
        return self.generator_loss(self.values(fake)), {}

    def after_critic_update(self):
        """Called after each critic update, e.g. to clip weights."""

    def settings(self):
        """The numbers that decide a run, apart from networks, optimisers and data: {name: value}."""
        numbers = {name: getattr(self, name) for name in ("n_critic", "latent", "ema_decay", "seed")}
        return numbers | {"augment": list(self.augment)}

    def default_optimizer(self):
        """A new optimiser with the paper's settings."""
        raise NotImplementedError

    # Keras' interface.

    def compile(
        self,
        generator_optimizer=None,
        critic_optimizer=None,
        *,
        jit_compile="auto",
        run_eagerly=False,
        steps_per_execution=1,
        auto_scale_loss=True,
        **others,
    ):
        """Choose the optimisers.

        Args:
            generator_optimizer, critic_optimizer: Keras optimisers or their names; None takes the paper's. Weight
                decay, clipping of gradients, accumulation and use_ema act on the network whose optimiser has them.
            jit_compile: whether XLA compiles the step; "auto" where it is expected to pay
                (`wganlib.devices.xla_pays`) and there is one replica.
            run_eagerly, steps_per_execution, auto_scale_loss: Keras' own.

        Raises:
            ValueError: another type of argument, one optimiser for both networks, one that has been used to train
                other networks, or an argument of Keras' that a GAN has no use for (optimizer, loss, metrics).
        """
        if others:
            received = ", ".join(f"{name}={show(value)}" for name, value in others.items())
            raise ValueError(
                "`compile` must be given generator_optimizer and critic_optimizer, or nothing for the paper's. The "
                f"loss is the trainer's own, and what measures samples is in wganlib.metrics. Received: {received}."
            )
        is_auto = isinstance(jit_compile, str) and jit_compile == "auto"
        if not (is_auto or isinstance(jit_compile, (bool, np.bool_))):
            raise ValueError(f'`jit_compile` must be True, False or "auto". Received: {show(jit_compile)}.')
        steps_per_execution = check_count("steps_per_execution", steps_per_execution)
        run_eagerly = check_flag("run_eagerly", run_eagerly)
        auto_scale_loss = check_flag("auto_scale_loss", auto_scale_loss)
        generator_optimizer = self._optimizer("generator_optimizer", generator_optimizer, self.generator)
        critic_optimizer = self._optimizer("critic_optimizer", critic_optimizer, self.critic)
        if generator_optimizer is critic_optimizer:
            raise ValueError(
                "Generator and critic must have an optimiser each: one cannot hold the state of both. Received: "
                f"{show(critic_optimizer)} for both."
            )
        if self.dtype_policy.name == "mixed_float16" and auto_scale_loss:
            generator_optimizer, critic_optimizer = map(_scaling, (generator_optimizer, critic_optimizer))
        self.generator_optimizer, self.critic_optimizer = generator_optimizer, critic_optimizer
        self.generator_optimizer.build(self.generator.trainable_variables)
        self.critic_optimizer.build(self.critic.trainable_variables)
        self._compiled_with = {
            "jit_compile": jit_compile,
            "run_eagerly": run_eagerly,
            "steps_per_execution": steps_per_execution,
            "auto_scale_loss": auto_scale_loss,
        }
        if is_auto:  # XLA does not go together with several replicas
            jit_compile = xla_pays() and self.distribute_strategy.num_replicas_in_sync == 1
        super().compile(
            BothOptimizers(generator_optimizer, critic_optimizer),
            jit_compile=bool(jit_compile) and not run_eagerly,
            run_eagerly=run_eagerly,
            steps_per_execution=steps_per_execution,
            auto_scale_loss=False,
        )

    def _optimizer(self, name, optimizer, network):
        if optimizer is None:
            return self.default_optimizer()
        try:
            found = keras.optimizers.get(optimizer)
        except Exception:  # of several types
            found = None
        if not isinstance(found, keras.optimizers.Optimizer):
            raise ValueError(
                f"`{name}` must be a Keras optimiser, e.g. keras.optimizers.Adam(1e-4), its name or None. Received: "
                f"{show(optimizer)}."
            )
        if found.built:
            # As Keras finds its slots: by the variables that it was built for.
            known = {id(variable) for variable in found._trainable_variables}
            if not known >= {id(variable) for variable in network.trainable_variables}:  # some may be frozen since
                raise ValueError(
                    f"`{name}` must be new, or the one that has trained this network. Received: {show(optimizer)}, "
                    "which holds the state of another network's training."
                )
        return found

    def get_compile_config(self):
        """What `compile` was given, for Keras to save."""
        if not self.compiled:
            return {}
        optimizers = {name: getattr(self, name) for name in ("generator_optimizer", "critic_optimizer")}
        serialized = {name: keras.optimizers.serialize(optimizer) for name, optimizer in optimizers.items()}
        return {**serialized, **self._compiled_with, "ratio": self.optimizer.ratio}

    def compile_from_config(self, config):
        """Compile as the saved model was."""
        config = keras.saving.deserialize_keras_object(config)
        ratio = config.pop("ratio", None)
        self.compile(**config)
        self.optimizer.ratio = ratio  # of a warm-up that was saved while its rates were 0

    def get_config(self):
        """The arguments that this trainer was made with, for Keras to save."""
        networks = {name: keras.saving.serialize_keras_object(getattr(self, name)) for name in ("generator", "critic")}
        dtype = keras.dtype_policies.serialize(self.dtype_policy)
        return {**networks, **self.settings(), "name": self.name, "dtype": dtype}

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """A trainer like the one whose `get_config` this is, with new weights."""
        saved = {name: config[name] for name in ("generator", "critic", "dtype")}
        return cls(**config | {name: keras.saving.deserialize_keras_object(one) for name, one in saved.items()})

    @property
    def trainable_variables(self):
        """The networks', not those of their average."""
        return self.generator.trainable_variables + self.critic.trainable_variables

    trainable_weights = trainable_variables

    def call(self, z, training=False):
        """Samples of the averaged generator for z (n, z_size), as `predict` gives them."""
        return self.averaged_generator(z, training=False)

    def evaluate(self, *args, **options):
        """Refused, as test_on_batch is: a GAN has no loss that tells how good it is."""
        raise ValueError(
            "A GAN must be judged by its samples, since its losses do not tell how good they are. Received: a call of "
            "evaluate() or test_on_batch(). Use wganlib.metrics.measure(trainer.sample(2000), test_images)."
        )

    test_on_batch = evaluate

    def fit(self, x, y=None, batch_size=None, epochs=1, verbose="auto", callbacks=None, **options):
        """Keras' `fit`. `x` is what `wganlib.batches` makes, or an array of samples, which is put through it.

        Args:
            x: an array of samples (n, …), which is put through `wganlib.batches`, or a `tf.data.Dataset` of float32
                batches of n_critic · batch_size samples, with or without labels behind them, which only a conditional
                trainer looks at. Its first element is read once beforehand, so its source must be one that can be read
                again.
            y: the labels (n,) of an array of samples, for a conditional trainer alone.
            batch_size: samples per critic update where x is an array; 64 unless told.
            epochs, verbose, callbacks, options: Keras' own. With steps_per_epoch the samples are passed over as often
                as all epochs need.

        An interrupt (Ctrl-C, or Jupyter's ■) stops the training before its next step, or next execution of several, so
        that no step and no state is left half done; at first a step is also built, which takes seconds, with XLA
        perhaps minutes. A second interrupt does not wait, and may leave a process that has to be started anew.

        Raises:
            ValueError: before anything is trained: `compile` was not called, samples that `batches` would refuse, a
                data set that is empty, or endless without steps_per_epoch, whose elements have another shape or dtype
                than the critic takes or whose first one holds NaN or images that are not scaled to [−1, 1], a callback
                for the learning rate where a schedule sets it, or networks whose layers add losses of their own.
                Keras' PyDataset and Python's generators are refused, too: read them into an array, or wrap them by
                `tf.data.Dataset.from_generator`.
            tf.errors.InvalidArgumentError: a later element of a data set with a label that is out of range.
        """
        if not self.compiled:
            raise ValueError(
                f"This {type(self).__name__} was not compiled: call compile() before fit(); without arguments it takes "
                "the paper's optimisers."
            )
        epochs = check_count("epochs", epochs)
        for name, fewest in (("initial_epoch", 0), ("steps_per_epoch", 1)):
            if options.get(name) is not None:
                options[name] = check_count(name, options[name], fewest)
        several = callbacks if isinstance(callbacks, (list, tuple)) else [] if callbacks is None else [callbacks]
        rule = "must be a list of Keras callbacks, e.g. [wl.HealthAlarm()] with its parentheses"
        callbacks = list(as_tuple("callbacks", several, rule, keras.callbacks.Callback))
        if any(isinstance(callback, keras.callbacks.CallbackList) for callback in callbacks):
            raise ValueError(f"`callbacks` {rule}. Received: a CallbackList. Pass its callbacks.")
        given = {"y": None if self.n_classes else y} | {name: options.get(name) for name in NOT_FOR_SAMPLES}
        # Keras' validation_split is 0.0 unless told.
        useless = {
            name: value for name, value in given.items() if not (value is None or (type(value) is float and not value))
        }
        if useless:
            received = ", ".join(f"{name}={show(value)}" for name, value in useless.items())
            taken = (
                "images and their labels alone, without" if self.n_classes else "real samples alone, without labels,"
            )
            advice = "" if useless.get("y") is None else " For labels, train a wganlib.training.ConditionalWGANGP."
            raise ValueError(f"`fit` takes {taken} weights or validation data. Received: {received}.{advice}")
        self.optimizer.check_callbacks(callbacks)
        options.setdefault("shuffle", False)  # which Keras would say that it cannot do
        with (
            interrupts_wait() as let_through,
            saving_last(callbacks) as callbacks,
            warnings.catch_warnings(),
            streams_may_fail(),
        ):
            x, options["steps_per_epoch"] = as_steps(x, self, batch_size, options.get("steps_per_epoch"), y)
            self.data_settings = getattr(x, "settings", None)
            if isinstance(x, tf.data.Dataset):  # Keras' word at the end of each epoch, where a length is not known
                warnings.filterwarnings("ignore", "Your input ran out of data")
            between_steps = keras.callbacks.LambdaCallback(on_train_batch_begin=lambda batch, logs=None: let_through())
            callbacks = [between_steps, *callbacks]
            return super().fit(x, epochs=epochs, verbose=verbose, callbacks=callbacks, **options)

    @tf.autograph.experimental.do_not_convert
    def train_step(self, data):
        """n_critic critic updates on fresh samples, then one generator update. Returns the epoch's means so far."""
        samples = self.samples_of(data)
        rounds = self.rounds(samples)
        update = self._update_critic
        if not (tf.executing_eagerly() or tf.distribute.has_strategy()):
            # Traced once for all updates of a step, which a replica's context refuses.
            update = tf.function(update, autograph=False)
        logs = [update(real, tf.constant(draw, tf.int64)) for draw, real in enumerate(rounds)]
        logs = {name: tf.add_n([log[name] for log in logs]) / self.n_critic for name in logs[0]}
        logs |= self._update_generator(batch_size_of(rounds[0]), rounds[-1])
        logs["loss"] = logs["critic_loss"] + logs["generator_loss"]
        self._update_average()
        # A new epoch's data reads the counter when its first element is asked for (`wganlib.batches`). A graph sees no
        # order between that and the count, and may count first: this makes it wait for the samples.
        with tf.control_dependencies(tf.nest.flatten(samples)):
            self.step.assign_add(1)
        for tracker in self.trackers:
            tracker.update_state(logs[tracker.name])
        return {tracker.name: _for_keras(tracker.result()) for tracker in self.trackers}

    # Randomness.

    def draw_latent(self, count, draw=0, step=None, purpose=LATENT):
        """z for draw number `draw` of a step (n_critic critic draws, then the generator's): float32 (count, z_size)."""
        return draw_z(count, self.z_size, self.latent, self._seed(purpose, draw, step))

    def draw_alpha(self, count, draw=0, step=None):
        """α ~ U(0, 1) for critic update `draw` of a step: float32 (count,)."""
        seed = self._seed(ALPHA, draw, step)
        return own_part(lambda n: draw_uniform((n,), seed), count)

    def augmented(self, real, fake, draw=0, step=None):
        """Real and generated samples as the critic sees them in draw number `draw` of a step, each changed on its own.

        Without `augment` they are what they were.
        """
        samples = ((real, AUGMENT_REAL), (fake, AUGMENT_FAKE))
        return tuple(self.augment_samples(some, purpose, draw, step) for some, purpose in samples)

    def augment_samples(self, samples, purpose=AUGMENT_REAL, draw=0, step=None):
        """Samples as the critic sees them in draw number `draw` of a step; without `augment` as they are."""
        if not self.augment:
            return samples
        seed = self._seed(purpose, draw, step)
        numbers = own_part(lambda n: draw_uniform((n, NUMBERS), seed), batch_size_of(samples))
        return augment_images(samples, self.augment, numbers)

    def _seed(self, purpose, draw, step):
        return draw_seed(self.seed, purpose, self.step.value if step is None else step, draw, self.n_critic + 1)

    # Sampling.

    def sample(self, count, seed=0):
        """`count` generated samples from the averaged generator, as a NumPy array (count, …).

        Args:
            count: how many, ≥ 1.
            seed: another seed gives other samples; the same one always the same z.

        Raises:
            ValueError: a count below 1, or a seed out of range.
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
            raise ValueError(f"`z` must have shape (n, {self.z_size}), n ≥ 1. Received: {z.shape}.")
        z = tf.convert_to_tensor(z, tf.float32)
        parts = [self.averaged_generator(z[i : i + batch_size], training=False) for i in range(0, len(z), batch_size)]
        return np.concatenate(parts)

    # The parts of a step.

    def critic_values(self, real, fake):
        """The critic's values of real and fake samples in training mode, in one pass where that changes nothing."""
        if not self.joint_pass:
            return self.values(real), self.values(fake)
        return tf.split(self.values(tf.concat([real, fake], 0)), 2)

    def values(self, samples):
        """The critic's values in training mode, as float32 whatever its own precision is."""
        return tf.cast(self.critic(samples, training=True), tf.float32)

    def make_samples(self, z):
        """The generator's samples in training mode, as float32 whatever its own precision is."""
        return tf.cast(self.generator(z, training=True), tf.float32)

    def samples_of(self, data):
        """What a step is trained on, from an element of its data set: samples, or a structure of them."""
        return tf.convert_to_tensor(data[0] if isinstance(data, (tuple, list)) else data)

    def latent_for(self, count, real, draw):
        """z (count, z_size) of the samples that are held against `real` in draw number `draw`."""
        return self.draw_latent(count, draw)

    def rounds(self, samples):
        """The real samples of each critic update of a step: a list of n_critic tensors (batch_size, …).

        Args:
            samples: an element of `wganlib.batches`, (n_critic · batch_size, …). Update i takes every n_critic-th of
                them, from i on: so a replica of a distributed run, which holds a stretch of the element, has its part
                of every update.

        Raises:
            ValueError: samples of another shape or dtype than the critic takes, or that cannot be dealt out evenly.
        """
        check_batch(samples, self)  # by static shape, while the step is traced
        return [samples[update :: self.n_critic] for update in range(self.n_critic)]

    def _update_critic(self, real, draw):
        z = self.latent_for(batch_size_of(real), real, draw)
        real, fake = self.augmented(real, self.make_samples(z), draw)
        variables = self.critic.trainable_variables
        with tf.GradientTape() as tape:
            loss, logs = self.critic_loss(real, fake, draw)
            scaled = self.critic_optimizer.scale_loss(_share(loss + regularization(self.critic)))
        self.critic_optimizer.apply(tape.gradient(scaled, variables), variables)
        self.after_critic_update()
        return {"critic_loss": loss, **logs}

    def _update_generator(self, count, real):
        variables = self.generator.trainable_variables
        z = self.latent_for(count, real, self.n_critic)
        # The critic's variables are not watched, nor is what depends on them and on real samples alone.
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            for variable in variables:
                tape.watch(variable.value)
            real, fake = self.augmented(real, self.make_samples(z), self.n_critic)
            loss, logs = self.generator_objective(fake, real)
            scaled = self.generator_optimizer.scale_loss(_share(loss + regularization(self.generator)))
        self.generator_optimizer.apply(tape.gradient(scaled, [v.value for v in variables]), variables)
        return {"generator_loss": loss, **logs}

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


def mixes_samples(layer):
    """Whether a layer lets the samples of a batch see each other."""
    return isinstance(layer, keras.layers.BatchNormalization) or getattr(layer, "mixes_samples", False)


def regularization(network):
    """The sum of the penalties of a network's kernel_regularizer, bias_regularizer and so on.

    Raises:
        ValueError: its layers add losses of a pass, too. A step makes several passes, and minimises none of these.
    """
    found = network.losses  # Keras computes them each time it is asked
    if more := len(found) - sum(weight.regularizer is not None for weight in network.trainable_variables):
        raise ValueError(
            "A network's layers must add no losses of their own, by activity_regularizer or add_loss: a step would not "
            f"minimise them. Received: {show(network)}, whose layers add {more}. Use kernel_regularizer, or write a "
            "trainer whose critic_loss or generator_objective has that term."
        )
    return sum(found, 0.0)


def check_scope(name, network):
    """Under a distribution strategy, a network's variables must be the strategy's own."""
    strategy = tf.distribute.get_strategy()
    is_ours = strategy.extended.variable_created_in_scope
    if tf.distribute.has_strategy() and not all(is_ours(variable.value) for variable in network.variables):
        raise ValueError(
            f"`{name}` must be built in the scope of the strategy that trains it. Received: {show(network)}, which was "
            f"built outside of {type(strategy).__name__}'s. Build networks and trainer in `with strategy.scope():`."
        )


def batch_size_of(samples):
    """How many samples a batch has, or the first of a pair: a number where the graph knows it, else a tensor."""
    samples = tf.nest.flatten(samples)[0]
    return samples.shape[0] if samples.shape[0] is not None else tf.shape(samples)[0]


def _scaling(optimizer):
    is_scaling = isinstance(optimizer, keras.optimizers.LossScaleOptimizer)
    return optimizer if is_scaling else keras.optimizers.LossScaleOptimizer(optimizer)


def _share(loss):
    # Keras sums the replicas' gradients; the sum of these shares is the gradient of the mean over the whole batch.
    return loss / tf.distribute.get_strategy().num_replicas_in_sync


def _for_keras(number):
    """A logged number as Keras' `fit` can take it from the replicas."""
    # Under several workers it averages what a step returns over axis 0, which a scalar does not have
    # (https://github.com/keras-team/keras/issues/20585).
    several = isinstance(tf.distribute.get_strategy(), tf.distribute.MultiWorkerMirroredStrategy)
    return number[tf.newaxis] if several else number
