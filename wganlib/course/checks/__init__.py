"""Automatic checks for the exercises, one file a chapter: they accept any sensible form and say what is wrong."""

from wganlib.course.checks.after_wgan_gp import (
    check_c_transform,
    check_r1,
    check_relativistic_loss,
    check_update_matrix,
)
from wganlib.course.checks.batch_normalisation import (
    check_batch_by_hand,
    check_folded_norm,
    check_momentum_steps,
    check_per_sample_test,
)
from wganlib.course.checks.bigger_machines import check_convolution_flops, check_replica_loss, check_tf_config
from wganlib.course.checks.bugs import (
    check_alpha,
    check_clip,
    check_latent,
    check_mix,
    check_optimizer,
    check_penalised_gradient,
    check_rounds,
    check_slopes,
    check_slopes_at_zero,
    check_unbounded_critic,
    check_uncoupled_critic,
    check_wgan_generator_loss,
)
from wganlib.course.checks.case_notes import check_article_loop, check_last_patients
from wganlib.course.checks.critic_depth import check_group_sort, check_log_gradient
from wganlib.course.checks.distances import (
    check_critic_values,
    check_em_function,
    check_js_function,
    check_lipschitz_bound,
    check_two_distances,
)
from wganlib.course.checks.generator_metrics import (
    check_closeness,
    check_fooled_frechet,
    check_frechet_by_hand,
    check_infinite_samples,
    check_precision,
)
from wganlib.course.checks.gradient_penalty import (
    check_alpha_shape,
    check_best_slope,
    check_gradient_penalty,
    check_images_per_step,
    check_norms,
)
from wganlib.course.checks.networks import (
    check_critic,
    check_layer_count,
    check_receptive_field,
    check_shapes,
    check_small_generator,
)
from wganlib.course.checks.original_gan import (
    check_best_discriminator,
    check_extragradient,
    check_generator_loss,
    check_js_from_loss,
    check_smoothed_discriminator,
)
from wganlib.course.checks.own_images import (
    check_saved_state,
    check_scaled_pictures,
    check_smallest_map,
    check_steps_per_epoch,
)
from wganlib.course.checks.text import check_equal_compute, check_ngram_divergence
from wganlib.course.checks.transposed_convolution import (
    check_even_layer,
    check_output_sizes,
    check_resize_kernel,
    check_stamps,
    check_transposed_convolution,
)
from wganlib.course.checks.verdict import Verdict
from wganlib.course.checks.wgan import check_critic_update, check_other_signs, check_steepest_slope, check_wgan_losses

__all__ = [
    "Verdict",
    "check_alpha",
    "check_alpha_shape",
    "check_article_loop",
    "check_batch_by_hand",
    "check_best_discriminator",
    "check_best_slope",
    "check_c_transform",
    "check_clip",
    "check_closeness",
    "check_convolution_flops",
    "check_critic",
    "check_critic_update",
    "check_critic_values",
    "check_em_function",
    "check_equal_compute",
    "check_even_layer",
    "check_extragradient",
    "check_folded_norm",
    "check_fooled_frechet",
    "check_frechet_by_hand",
    "check_generator_loss",
    "check_gradient_penalty",
    "check_group_sort",
    "check_images_per_step",
    "check_infinite_samples",
    "check_js_from_loss",
    "check_js_function",
    "check_last_patients",
    "check_latent",
    "check_layer_count",
    "check_lipschitz_bound",
    "check_log_gradient",
    "check_mix",
    "check_momentum_steps",
    "check_ngram_divergence",
    "check_norms",
    "check_optimizer",
    "check_other_signs",
    "check_output_sizes",
    "check_penalised_gradient",
    "check_per_sample_test",
    "check_precision",
    "check_r1",
    "check_receptive_field",
    "check_relativistic_loss",
    "check_replica_loss",
    "check_resize_kernel",
    "check_rounds",
    "check_saved_state",
    "check_scaled_pictures",
    "check_shapes",
    "check_slopes",
    "check_slopes_at_zero",
    "check_small_generator",
    "check_smallest_map",
    "check_smoothed_discriminator",
    "check_stamps",
    "check_steepest_slope",
    "check_steps_per_epoch",
    "check_tf_config",
    "check_transposed_convolution",
    "check_two_distances",
    "check_unbounded_critic",
    "check_uncoupled_critic",
    "check_update_matrix",
    "check_wgan_generator_loss",
    "check_wgan_losses",
]
