"""Layers that are 1-Lipschitz and lose nothing: a sort in place of ReLU, and an orthonormal kernel (Anil, Lucas and
Grosse 2019, arXiv 1811.05381).

A critic may have slope 1 at most, and the best one has slope 1 almost everywhere. Under ReLU and spectral normalisation
it cannot: every unit that is off, and every direction in which a kernel shrinks, takes some of the gradient away.
Layers that preserve the gradient's norm do not.
"""

import keras
from keras import ops

from wganlib._arguments import check_count, check_flag


@keras.saving.register_keras_serializable(package="wganlib")
class GroupSort(keras.layers.Layer):
    """Sorts the units within groups of neighbours, in place of an activation (arXiv 1811.05381, section 4.1).

    The output is the input in another order, so its Jacobian is a permutation: no norm is lost forwards or backwards.
    Groups of two are MaxMin, (a, b) → (min, max); one group of all units is FullSort.

    Args:
        group_size: units in a group, ≥ 1; None sorts all of them.
        options: Keras' own (name, dtype, …).

    Input and output:
        (batch, …, units), sorted along the last axis in ascending order.

    Raises:
        ValueError: a size below 1, or units that it does not divide.
    """

    def __init__(self, group_size=2, **options):
        super().__init__(**options)
        self.group_size = None if group_size is None else check_count("group_size", group_size)

    def build(self, input_shape):
        self._groups(input_shape)

    def call(self, inputs):
        size, groups = self._groups(inputs.shape)
        if size == 2:
            pairs = ops.reshape(inputs, (-1, *inputs.shape[1:-1], groups, 2))
            first, second = pairs[..., 0], pairs[..., 1]
            # One question for both outputs: then the Jacobian is a permutation also where the two are equal, which
            # minimum and maximum do not give. And nothing flows back from it, as in `wganlib.layers.LeakyReLU`.
            in_order = first <= second
            found = ops.stack([ops.where(in_order, first, second), ops.where(in_order, second, first)], axis=-1)
        else:
            found = ops.sort(ops.reshape(inputs, (-1, *inputs.shape[1:-1], groups, size)), axis=-1)
        return ops.reshape(found, (-1, *inputs.shape[1:]))

    def _groups(self, shape):
        units = shape[-1]
        size = units if self.group_size is None else self.group_size
        if units is None or units % size:
            raise ValueError(
                f"GroupSort(group_size={self.group_size}) needs a number of units that {size} divides; the input has "
                f"shape {tuple(shape)}. Change the units of the layer before it, or the group size."
            )
        return size, units // size

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "group_size": self.group_size}


@keras.saving.register_keras_serializable(package="wganlib")
class OrthonormalDense(keras.layers.Dense):
    """A Dense layer whose kernel is orthonormal: x ↦ x A + b with all singular values of A equal to 1
    (arXiv 1811.05381, section 4.2).

    The trained `kernel` V is free; A is computed from it in every call, by Björck's iteration (Björck and Bowie 1971;
    the paper's first-order form), and the gradient goes through it:

        A₀ = V / s,    A ← A (I + ½ (I − AᵀA)) = 1.5 A − 0.5 A AᵀA

    Each round maps a singular value σ to σ (3 − σ²) / 2, which tends to 1 from anywhere in (0, √3) and leaves the
    singular vectors alone. s² is the largest absolute row sum of VᵀV, never below the largest σ² and close to it while
    V stays near orthonormal, where it starts.

    With units ≤ inputs the columns of A are orthonormal, and a gradient that comes back keeps its norm exactly. With
    units > inputs the rows are: then ‖x A‖ = ‖x‖ and the gradient is projected, so its norm does not grow.

    Args:
        units: size of the output, ≥ 1.
        iterations: rounds of Björck's iteration. From a smallest singular value of 0.5 · s, 6 reach 1 to seven digits;
            from 0.1 · s, 10.
        use_bias: whether b is added.
        kernel_initializer: of V.
        options: those of `keras.layers.Dense`.

    Input and output:
        (batch, …, inputs) → (batch, …, units).

    Raises:
        ValueError: a count below 1.
    """

    def __init__(self, units, iterations=10, use_bias=True, kernel_initializer="orthogonal", **options):
        units, use_bias = check_count("units", units), check_flag("use_bias", use_bias)
        super().__init__(units, use_bias=use_bias, kernel_initializer=kernel_initializer, **options)
        self.iterations = check_count("iterations", iterations)

    def orthonormal_kernel(self):
        """A, (inputs, units)."""
        return orthonormalise(ops.convert_to_tensor(self.kernel), self.iterations)

    def call(self, inputs):
        found = ops.matmul(inputs, self.orthonormal_kernel())
        return self.activation(found + self.bias if self.use_bias else found)

    def get_config(self):
        return {**super().get_config(), "iterations": self.iterations}


def orthonormalise(matrix, iterations=10):
    """Björck's iteration on a matrix (n, m): the nearest one whose singular values are all 1, as `OrthonormalDense`
    describes it. A matrix of zeros stays zeros.

    Args:
        matrix: a float tensor (n, m).
        iterations: how many rounds, ≥ 1.

    Returns:
        A tensor (n, m).
    """
    tall = matrix.shape[0] >= matrix.shape[1]

    def gram(a):  # of the smaller side
        return ops.matmul(ops.transpose(a), a) if tall else ops.matmul(a, ops.transpose(a))

    def round_of(a, squares):
        return 1.5 * a - 0.5 * (ops.matmul(a, squares) if tall else ops.matmul(squares, a))

    squares = gram(matrix)
    # The limit does not depend on s, so no gradient need go through it.
    largest = ops.stop_gradient(ops.maximum(ops.max(ops.sum(ops.abs(squares), axis=1)), 1e-30))
    found = round_of(matrix / ops.sqrt(largest), squares / largest)
    for _ in range(check_count("iterations", iterations) - 1):
        found = round_of(found, gram(found))
    return found
