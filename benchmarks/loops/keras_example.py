"""A Keras model with a `train_step`, in the manner of the public WGAN-GP example of keras.io, and its `fit`.

As there: a `keras.Model` with two optimisers and its own `gradient_penalty`; in the step a loop over the critic's
updates under a tape that also holds the generator, then the generator's update. Two things differ, so that the loops
make the same calculation: α comes from U(0, 1) (the example drew it from a normal distribution for years), and each of
the critic's updates gets real samples of its own.
"""

import keras
import tensorflow as tf
from loops.problem import Draws, the_same


class ExampleModel(keras.Model):
    def __init__(self, generator, critic, *, n_critic, gp_weight, gp_every, draws):
        super().__init__()
        self.generator, self.critic = generator, critic
        self.n_critic, self.gp_weight, self.gp_every, self.draws = n_critic, gp_weight, gp_every, draws
        self.z_size = generator.input_shape[1]

    def compile(self, generator_optimizer, critic_optimizer, **options):
        super().compile(**options)
        self.generator_optimizer, self.critic_optimizer = generator_optimizer, critic_optimizer

    def gradient_penalty(self, real, fake):
        real, fake = real[:: self.gp_every], fake[:: self.gp_every]
        alpha = self.draws.alpha(real.shape[0])
        between = fake + alpha * (real - fake)
        with tf.GradientTape() as tape:
            tape.watch(between)
            values = self.critic(between, training=True)
        slopes = tape.gradient(values, [between])[0]
        norms = tf.sqrt(tf.reduce_sum(tf.square(slopes), axis=[1, 2, 3]))
        return tf.reduce_mean((norms - 1.0) ** 2)

    def train_step(self, images):
        count = images.shape[0] // self.n_critic
        for round_ in range(self.n_critic):
            real = images[round_ :: self.n_critic]
            z = self.draws.z(count, self.z_size)
            with tf.GradientTape() as tape:
                fake = self.generator(z, training=True)
                on_fake = self.critic(fake, training=True)
                on_real = self.critic(real, training=True)
                critic_loss = tf.reduce_mean(on_fake) - tf.reduce_mean(on_real)
                critic_loss += self.gp_weight * self.gradient_penalty(real, fake)
            gradients = tape.gradient(critic_loss, self.critic.trainable_variables)
            self.critic_optimizer.apply_gradients(zip(gradients, self.critic.trainable_variables, strict=True))
        z = self.draws.z(count, self.z_size)
        with tf.GradientTape() as tape:
            on_fake = self.critic(self.generator(z, training=True), training=True)
            generator_loss = -tf.reduce_mean(on_fake)
        gradients = tape.gradient(generator_loss, self.generator.trainable_variables)
        self.generator_optimizer.apply_gradients(zip(gradients, self.generator.trainable_variables, strict=True))
        return {"critic_loss": critic_loss, "generator_loss": generator_loss}


class KerasExampleLoop:
    """jit_compile="auto" is what the example gets by not asking: XLA wherever Keras thinks it can."""

    def __init__(
        self, generator, critic, *, n_critic, gp_weight, optimizers, gp_every=1, draws=None, jit_compile="auto"
    ):
        settings = {"n_critic": n_critic, "gp_weight": gp_weight, "gp_every": gp_every, "draws": draws or Draws()}
        self.model = ExampleModel(generator, critic, **settings)
        optimizers = optimizers()
        optimizers[0].build(generator.trainable_variables)
        optimizers[1].build(critic.trainable_variables)
        self.model.compile(*optimizers, jit_compile=jit_compile)
        self.generator, self.critic = generator, critic

    def run(self, images, steps):
        self.model.fit(the_same(images, steps), verbose=0)
