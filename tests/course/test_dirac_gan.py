"""The Dirac-GAN against closed forms, against the losses of wganlib, and its matrices against its own steps."""

import numpy as np
import pytest
import tensorflow as tf

from wganlib import losses
from wganlib.course.dirac_gan import METHODS, UPDATES, best_critic, field, path, update_matrix

PLACES = [(1.0, 0.0), (0.7, -1.4), (-0.3, 0.5)]


def by_tape(theta, psi, method, weight):
    """Minus both gradients of the losses that wganlib trains with, on one real point at 0 and one generated at θ."""
    theta, psi = tf.Variable(theta, dtype=tf.float64), tf.Variable(psi, dtype=tf.float64)

    def critic(x):
        return psi * x

    with tf.GradientTape(persistent=True) as tape:
        real, fake = tf.zeros((1, 1), tf.float64), tf.reshape(theta, (1, 1))
        slopes = {where: losses.gradient_norms(critic, x) for where, x in (("R1", real), ("R2", tf.identity(fake)))}
        if method.startswith("WGAN"):
            of_critic = losses.wasserstein_critic_loss(critic(real), critic(fake))
            of_generator = losses.wasserstein_generator_loss(critic(fake))
        else:
            of_critic = losses.minimax_discriminator_loss(critic(real), critic(fake))
            of_generator = losses.non_saturating_generator_loss(critic(fake))
        if method == "WGAN-GP":
            of_critic += weight / 2 * losses.gradient_penalty(critic, real, fake, alpha=[0.3])
        for where, norms in slopes.items():
            if where in method:
                of_critic += weight / 2 * losses.penalty_of_norms(norms, target=0.0)
    return -tape.gradient(of_generator, theta), -tape.gradient(of_critic, psi)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("place", PLACES[1:])  # at ψ = 0 the ε under the norm's root decides
def test_the_field_is_that_of_the_losses(method, place):
    np.testing.assert_allclose(field(*place, method, 0.8), by_tape(*place, method, 0.8), atol=1e-6)


@pytest.mark.parametrize("place", PLACES)
def test_relativistic_pairing_is_the_non_saturating_game(place):
    theta, psi = (tf.Variable(value, dtype=tf.float64) for value in place)
    with tf.GradientTape(persistent=True) as tape:
        real, fake = tf.zeros((1, 1), tf.float64), tf.reshape(psi * theta, (1, 1))
        of_critic, of_generator = losses.relativistic_loss(real, fake), losses.relativistic_loss(fake, real)
    found = -tape.gradient(of_generator, theta), -tape.gradient(of_critic, psi)
    np.testing.assert_allclose(field(*place, "GAN"), found, atol=1e-12)


@pytest.mark.parametrize(
    ("method", "n_critic"),
    [(method, n) for method in ("GAN", "WGAN", "GAN + R1", "GAN + R1 + R2") for n in (1, 5)]
    + [("GAN + R1", np.inf), ("GAN + R1 + R2", np.inf)],
)
@pytest.mark.parametrize("updates", UPDATES)
def test_the_matrix_is_the_derivative_of_a_step(method, updates, n_critic):
    settings = {"rate": 0.3, "weight": 0.7, "updates": updates, "n_critic": n_critic}
    small = 1e-5
    columns = [path(method, steps=1, start=start, **settings)[1] / small for start in ((small, 0), (0, small))]
    np.testing.assert_allclose(update_matrix(method, **settings), np.transpose(columns), atol=1e-6)


def test_the_eigenvalues_of_mescheder_et_al():
    """Without a penalty 1 ± iη/2 for simultaneous steps, size 1 for alternating ones (arXiv 1801.04406, section 2)."""
    simultaneous = np.linalg.eigvals(update_matrix("GAN", 0.2, updates="simultaneous"))
    np.testing.assert_allclose(np.sort_complex(simultaneous), [1 - 0.1j, 1 + 0.1j])
    np.testing.assert_allclose(np.abs(np.linalg.eigvals(update_matrix("GAN", 0.2, n_critic=5))), 1)


def distance(method, **settings):
    return np.linalg.norm(path(method, **settings), axis=1)


@pytest.mark.parametrize("n_critic", [1, 5])
def test_r1_comes_near_by_the_largest_eigenvalue_a_step(n_critic):
    settings = {"rate": 0.1, "weight": 0.2, "n_critic": n_critic}
    found = distance("GAN + R1", steps=3000, **settings)
    measured = (found[2900] / found[900]) ** (1 / 2000)
    assert measured == pytest.approx(np.abs(np.linalg.eigvals(update_matrix("GAN + R1", **settings))).max(), abs=5e-4)


def test_without_a_penalty_a_gan_comes_near_like_the_root_of_time():
    """With r² = θ² + ψ² the flow has dr²/dt = −2 θψ tanh(θψ/2), in the mean over a turn about −r⁴/8."""
    steps = np.arange(20_001)
    found = distance("GAN", rate=0.02, steps=20_000)[1000:]
    np.testing.assert_allclose(found, 1 / np.sqrt(1 + 0.02 * steps[1000:] / 8), rtol=0.04)


def test_simultaneous_steps_keep_it_at_a_radius_of_their_own():
    """They stretch r² by η²/4 a step, which balances the flow's r⁴ η/8 at r² = 2η."""
    for rate in (0.02, 0.1):
        found = distance("GAN", rate=rate, updates="simultaneous", steps=int(200 / rate**1.5))[-1000:]
        np.testing.assert_allclose(found, np.sqrt(2 * rate), rtol=0.03)


def test_a_weakly_penalised_wgan_gp_runs_on_a_circle_of_radius_four_over_pi():
    """The flow loses energy by γ|ψ|(|ψ| − 1), whose mean over a circle of radius r is 0 at r²/2 = 2r/π."""
    found = distance("WGAN-GP", rate=0.01, weight=0.05, steps=40_000)[-2000:]
    np.testing.assert_allclose(found, 4 / np.pi, rtol=0.01)


def test_wgan_gp_with_a_slow_turn_stops_beside_the_data():
    """At |θ| = γ and ψ = 0 the critic's gain θ and the push of its penalty towards slope 1 cancel each other."""
    for weight in (1.0, 1.5):
        theta, psi = path("WGAN-GP", weight=weight, n_critic=5, steps=2000)[-1]
        assert (abs(theta), psi) == (pytest.approx(weight, abs=1e-6), pytest.approx(0, abs=1e-6))


@pytest.mark.parametrize("method", ["WGAN", "WGAN-GP", "GAN + R1", "GAN + R1 + R2"])
@pytest.mark.parametrize("theta", [-1.3, 0.2])
def test_the_best_critic_is_where_many_updates_end(method, theta):
    psi = 0.0
    for _ in range(3000):
        psi += 0.05 * field(theta, psi, method, 0.7)[1]
        psi = np.clip(psi, -1, 1) if method == "WGAN" else psi
    assert best_critic(theta, method, 0.7) == pytest.approx(psi, abs=1e-6)


def test_with_the_best_critic_a_wgans_generator_stays_within_a_step():
    assert np.abs(path("WGAN", n_critic=np.inf, steps=1000)[-500:, 0]).max() <= 0.1 + 1e-12


def test_the_weight_of_a_clipped_critic_stays_in_its_box():
    assert np.abs(path("WGAN", rate=0.4, steps=500)[:, 1]).max() == 1


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: field(1, 1, "LSGAN"), "`method`"),
        (lambda: path("GAN", rate=0), "`rate`"),
        (lambda: path("GAN", steps=0), "`steps`"),
        (lambda: path("GAN", n_critic=0), "`n_critic`"),
        (lambda: path("GAN", updates="both"), "`updates`"),
        (lambda: path("GAN + R1", weight=-1.0), "`weight`"),
        (lambda: path("GAN", n_critic=np.inf), "no best critic for GAN"),
        (lambda: best_critic(1.0, "GAN + R1", 0.0), "no best critic for GAN"),
        (lambda: update_matrix("GAN", n_critic=np.inf), "no best critic for GAN"),
        (lambda: update_matrix("WGAN-GP"), "no derivative"),
        (lambda: update_matrix("WGAN", n_critic=np.inf), "no derivative"),
    ],
)
def test_what_cannot_be_played(call, says):
    with pytest.raises(ValueError, match=says):
        call()


@pytest.mark.parametrize(("rate", "weight"), [(0.1, 1.0), (0.05, 0.2), (0.3, 0.4)])
def test_a_wgan_gp_with_the_best_critic_hops_over_the_data_by_as_much_as_chapter_13_says(rate, weight):
    last = np.abs(path("WGAN-GP", rate, weight, n_critic=np.inf, steps=2000)[-50:, 0])
    np.testing.assert_allclose(last, rate / (2 - rate / weight), rtol=1e-6)
