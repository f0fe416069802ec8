"""The sources' loop with its body in a `tf.function`, and nothing else changed: the first thing one would try."""

import tensorflow as tf
from loops.eager import EagerLoop


class GraphLoop(EagerLoop):
    def __init__(self, *networks, **settings):
        super().__init__(*networks, **settings)
        self.update = tf.function(self.update)
