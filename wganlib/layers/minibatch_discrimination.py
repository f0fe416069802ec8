"""A layer through which a critic compares the samples of a batch (arXiv 1606.03498, §3.2)."""

import keras
from keras import ops

from wganlib._arguments import check_count


@keras.saving.register_keras_serializable(package="wganlib")
class MinibatchDiscrimination(keras.layers.Layer):
    """Lets a critic see how alike the samples of a batch are (Salimans et al. 2016, arXiv 1606.03498, §3.2).

    Every sample's features f (A numbers) are mapped to num_kernels rows of kernel_dim numbers, M = f T with a trained T
    of A × num_kernels × kernel_dim. Row b of sample i is compared with row b of every other sample of the batch:

        o_b(xᵢ) = Σ_{j ≠ i} exp(−‖M_ib − M_jb‖₁)    (0 where all others are far, batch − 1 where all are equal)

    and the num_kernels numbers o(xᵢ) are appended to the features. A generator that makes one image over and over then
    gives itself away, however good the image is.

    The paper's sum includes j = i, which adds 1 to every number and says nothing; it is left out here, as in the
    authors' code. A sum over the batch depends on its size: give the critic batches as large as those it was trained
    on. The layer does the same in training and in inference. The distances are computed in float32 under every dtype
    policy. Under `tf.distribute` a replica compares its own samples only.

    Args:
        num_kernels: how many numbers are appended (B in the paper), ≥ 1.
        kernel_dim: length of the rows that are compared (C in the paper; 5 in the authors' code), ≥ 1.
        kernel_initializer: of T, kept as `kernel` of shape (A, num_kernels · kernel_dim).
        options: Keras' own (name, dtype, …).

    Input and output:
        (batch, A) → (batch, A + num_kernels).

    Attributes:
        mixes_samples: True, which tells the trainers that real and generated samples must not share a batch, and
            `WGANGP` that its penalty per sample loses its meaning.

    Raises:
        ValueError: a size below 1, or an input that is not (batch, features): flatten it first.
    """

    mixes_samples = True

    def __init__(self, num_kernels, kernel_dim=5, kernel_initializer="glorot_uniform", **options):
        super().__init__(**options)
        self.num_kernels = check_count("num_kernels", num_kernels)
        self.kernel_dim = check_count("kernel_dim", kernel_dim)
        self.kernel_initializer = keras.initializers.get(kernel_initializer)

    def build(self, input_shape):
        if len(input_shape) != 2 or input_shape[-1] is None:
            raise ValueError(
                f"MinibatchDiscrimination takes (batch, features); the input has shape {tuple(input_shape)}. Put a "
                "Flatten layer before it."
            )
        self.kernel = self.add_weight(
            shape=(input_shape[-1], self.num_kernels * self.kernel_dim),
            initializer=self.kernel_initializer,
            name="kernel",
        )

    def call(self, inputs):
        rows = ops.reshape(ops.matmul(inputs, self.kernel), (-1, self.num_kernels, self.kernel_dim))
        rows = ops.cast(rows, "float32")
        distances = ops.sum(ops.abs(rows[:, None] - rows[None]), axis=-1)
        # The own term is exp(0), exactly 1, and |0| has the gradient 0.
        closeness = ops.sum(ops.exp(-distances), axis=1) - 1.0
        return ops.concatenate([inputs, ops.cast(closeness, inputs.dtype)], axis=-1)

    def compute_output_shape(self, input_shape):
        return (input_shape[0], input_shape[1] + self.num_kernels)

    def get_config(self):
        return {
            **super().get_config(),
            "num_kernels": self.num_kernels,
            "kernel_dim": self.kernel_dim,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
        }
