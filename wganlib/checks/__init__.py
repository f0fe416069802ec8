"""Automatic checks for the exercises, one file a chapter: they accept any sensible form and say what is wrong."""

from wganlib.checks.batch_normalisation import (
    check_batch_by_hand,
    check_folded_norm,
    check_momentum_steps,
    check_per_sample_test,
)
from wganlib.checks.distances import (
    check_critic_values,
    check_em_function,
    check_js_function,
    check_lipschitz_bound,
    check_two_distances,
)
from wganlib.checks.gradient_penalty import (
    check_alpha_shape,
    check_best_slope,
    check_gradient_penalty,
    check_images_per_step,
    check_norms,
)
from wganlib.checks.networks import (
    check_critic,
    check_layer_count,
    check_receptive_field,
    check_shapes,
    check_small_generator,
)
from wganlib.checks.transposed_convolution import (
    check_even_layer,
    check_output_sizes,
    check_resize_kernel,
    check_stamps,
    check_transposed_convolution,
)
from wganlib.checks.verdict import Verdict

__all__ = [
    "Verdict",
    "check_alpha_shape",
    "check_batch_by_hand",
    "check_best_slope",
    "check_critic",
    "check_critic_values",
    "check_em_function",
    "check_even_layer",
    "check_folded_norm",
    "check_gradient_penalty",
    "check_images_per_step",
    "check_js_function",
    "check_layer_count",
    "check_lipschitz_bound",
    "check_momentum_steps",
    "check_norms",
    "check_output_sizes",
    "check_per_sample_test",
    "check_receptive_field",
    "check_resize_kernel",
    "check_shapes",
    "check_small_generator",
    "check_stamps",
    "check_transposed_convolution",
    "check_two_distances",
]
