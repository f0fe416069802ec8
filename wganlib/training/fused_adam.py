"""Adam with one operation for each variable: a step of small networks spends less on passing tensors around."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable("wganlib")
class FusedAdam(keras.optimizers.Adam):
    """Keras' Adam (Kingma and Ba 2014, arXiv 1412.6980), with each variable's update as one operation.

    The arithmetic is Keras', whose own update is a dozen operations a variable. A sparse gradient (of an Embedding) and
    amsgrad=True take Keras' way.

    Args:
        options: as of `keras.optimizers.Adam`: learning_rate, beta_1, beta_2, epsilon, …
    """

    def update_step(self, gradient, variable, learning_rate):
        if self.amsgrad or isinstance(gradient, tf.IndexedSlices):
            return super().update_step(gradient, variable, learning_rate)
        index = self._get_variable_index(variable)
        moments = self._momentums[index], self._velocities[index]
        beta_1, beta_2, epsilon, rate, gradient, step = (
            tf.cast(value, variable.dtype)
            for value in (self.beta_1, self.beta_2, self.epsilon, learning_rate, gradient, self.iterations + 1)
        )
        tf.raw_ops.ResourceApplyAdam(
            var=variable.handle,
            m=moments[0].value.handle,
            v=moments[1].value.handle,
            beta1_power=tf.pow(beta_1, step),
            beta2_power=tf.pow(beta_2, step),
            lr=rate,
            beta1=beta_1,
            beta2=beta_2,
            epsilon=epsilon,
            grad=gradient,
        )
