"""wganlib's own step: through Keras' `fit`, or bare, as one compiled function without Keras' Python around it."""

import tensorflow as tf
from loops.problem import the_same

import wganlib as wl


class _Ours:
    ours = True

    def __init__(self, generator, critic, *, n_critic, gp_weight, optimizers, gp_every=1, **compiling):
        self.generator, self.critic = generator, critic
        self.trainer = wl.WGANGP(generator, critic, n_critic=n_critic, gp_weight=gp_weight, gp_every=gp_every)
        self.trainer.compile(*optimizers(), **compiling)


class FitLoop(_Ours):
    """`fit`; options: jit_compile and steps_per_execution, as `compile` takes them; without the first, its choice."""

    def run(self, images, steps):
        self.trainer.fit(the_same(images, steps), verbose=0)


class BareLoop(_Ours):
    """The step alone in a tf.function: what `fit` cannot undercut."""

    def __init__(self, *networks, **settings):
        super().__init__(*networks, **settings)
        self.step = tf.function(self.trainer.train_step, jit_compile=self.trainer.jit_compile)

    def run(self, images, steps):
        for _ in range(steps):
            self.step(images)
        self.trainer.step.numpy()  # waits for the last one
