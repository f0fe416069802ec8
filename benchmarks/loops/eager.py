"""The loop of the sources' article 004, from its description: eager tapes, a pass each for real and fake samples.

Its habits are kept: the generator runs under the critic's tape, real and generated samples go through the critic one
after the other, and four losses are fetched with .numpy() after every iteration. Two things are not, so that every
loop here makes the same calculation: the article updates the generator from the pass that served the critic, before
the critic has moved, where Algorithm 1 of arXiv 1704.00028 draws again and asks the updated critic; and the article
knows n_critic = 1 alone.
"""

import tensorflow as tf
from loops.problem import Draws


class EagerLoop:
    def __init__(self, generator, critic, *, n_critic, gp_weight, optimizers, gp_every=1, draws=None):
        self.generator, self.critic = generator, critic
        self.n_critic, self.gp_weight, self.gp_every = n_critic, gp_weight, gp_every
        self.draws = draws or Draws()
        self.generator_optimizer, self.critic_optimizer = optimizers()
        # Before anything is traced: a tf.function may not make variables later.
        self.generator_optimizer.build(generator.trainable_variables)
        self.critic_optimizer.build(critic.trainable_variables)

    def update(self, images):
        """One step; (generator's loss, critic's loss, its real part, its fake part) as tensors."""
        for round_ in range(self.n_critic):
            d_losses = self.update_critic(images[round_ :: self.n_critic])
        return self.update_generator(len(images) // self.n_critic), *d_losses

    def update_critic(self, real):
        count = len(real)
        with tf.GradientTape() as tape:
            fake = self.generator(self.draws.z(count, self.generator.input_shape[1]), training=True)
            on_real = self.critic(real, training=True)
            on_fake = self.critic(fake, training=True)
            real_loss, fake_loss = -tf.reduce_mean(on_real), tf.reduce_mean(on_fake)
            with tf.GradientTape() as penalty_tape:
                some_real, some_fake = real[:: self.gp_every], fake[:: self.gp_every]
                alpha = self.draws.alpha(len(some_real))
                between = alpha * some_real + (1 - alpha) * some_fake
                penalty_tape.watch(between)
                on_between = self.critic(between, training=True)
            slopes = penalty_tape.gradient(on_between, between)
            norms = tf.sqrt(tf.reduce_sum(tf.square(slopes), axis=[1, 2, 3]))
            loss = real_loss + fake_loss + self.gp_weight * tf.reduce_mean(tf.square(norms - 1.0))
        gradients = tape.gradient(loss, self.critic.trainable_variables)
        self.critic_optimizer.apply_gradients(zip(gradients, self.critic.trainable_variables, strict=True))
        return loss, real_loss, fake_loss

    def update_generator(self, count):
        with tf.GradientTape() as tape:
            fake = self.generator(self.draws.z(count, self.generator.input_shape[1]), training=True)
            loss = -tf.reduce_mean(self.critic(fake, training=True))
        gradients = tape.gradient(loss, self.generator.trainable_variables)
        self.generator_optimizer.apply_gradients(zip(gradients, self.generator.trainable_variables, strict=True))
        return loss

    def run(self, images, steps):
        """`steps` steps on the same images, each with its four fetched losses."""
        for _ in range(steps):
            losses = [loss.numpy() for loss in self.update(images)]
        return losses
