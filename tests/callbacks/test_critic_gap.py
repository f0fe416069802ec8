"""The critic's estimate on samples that it is trained on and on others."""

import numpy as np
import pytest

import wganlib as wl
from wganlib.callbacks import CriticGap, ExactResume
from wganlib.networks import make_class_generator, make_projection_critic
from wganlib.training import ConditionalWGANGP
from wganlib.training.input_pipeline import batches


@pytest.fixture(scope="module")
def others():
    """30 images that are not among the training images."""
    return np.tanh(np.random.default_rng(1).normal(size=(30, 8, 8, 1))).astype("float32")


def fitted(trainer, images, adam, callbacks, epochs=4):
    trainer.compile(adam(), adam(), run_eagerly=True)
    trainer.fit(batches(images, trainer, 20), epochs=epochs, verbose=0, callbacks=callbacks)
    return trainer


def test_it_holds_both_against_the_same_generated_samples(make_trainer, images, others, adam):
    gap = CriticGap(images, others, every=2, count=10, seed=3)
    trainer = fitted(make_trainer(n_critic=1, critic_norm="layer", dropout=0.5), images, adam, [gap])
    np.testing.assert_array_equal(gap.steps, [4, 8])

    def values(samples):
        return trainer.critic(samples, training=False).numpy().ravel()

    seen, unseen, fake = values(images[::4]), values(others[::3]), values(trainer.sample(10, seed=3)).mean()
    assert gap.seen[-1] == pytest.approx(seen.mean() - fake, rel=1e-4)
    assert gap.unseen[-1] == pytest.approx(unseen.mean() - fake, rel=1e-4)
    assert gap.errors[-1] == pytest.approx(np.sqrt((seen.var(ddof=1) + unseen.var(ddof=1)) / 10), rel=1e-4)


def test_it_looks_at_augmented_samples_where_the_critic_knows_no_others(make_trainer, images, others, adam):
    gap = CriticGap(images, others, count=10, seed=3)
    trainer = fitted(make_trainer(n_critic=1, dropout=0, augment=("cutout",)), images, adam, [gap], epochs=1)
    seen, fake = (
        trainer.critic(trainer.augment_samples(samples, step=3), training=False).numpy().mean()
        for samples in (images[::4], trainer.sample(10, seed=3))
    )
    assert gap.seen[-1] == pytest.approx(seen - fake, rel=1e-4)


def test_no_share_is_missing_of_an_estimate_that_is_not_above_0(images, others):
    gap = CriticGap(images, others)
    gap.set_state({"looks": np.array([[1, 2, 1.5, 0.1], [2, 0, -1, 0.1], [3, -0.4, 0.8, 0.1]])})
    np.testing.assert_array_equal(gap.share, [0.25, np.nan, np.nan])


@pytest.mark.slow
def test_looking_changes_nothing(make_trainer, images, others, adam):
    watched, alone = (
        fitted(make_trainer(n_critic=1, dropout=0.5), images, adam, callbacks, epochs=2)
        for callbacks in ([CriticGap(images, others)], [])
    )
    for one, other in zip(watched.weights, alone.weights, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.slow
def test_a_resumed_run_remembers_every_look(make_trainer, images, others, adam, tmp_path):
    whole, part, resumed = (CriticGap(images, others, every=2) for _ in range(3))
    fitted(make_trainer(n_critic=1), images, adam, [whole])
    fitted(make_trainer(n_critic=1), images, adam, [part, ExactResume(tmp_path)], epochs=3)
    fitted(make_trainer(n_critic=1), images, adam, [resumed, ExactResume(tmp_path)])
    for name in ("steps", "seen", "unseen", "errors"):
        np.testing.assert_array_equal(getattr(resumed, name), getattr(whole, name))


@pytest.mark.slow
def test_a_critic_that_learns_noise_by_heart_is_found_out(make_trainer, images, others, adam):
    gap = CriticGap(images[:10], others, every=20)
    trainer = make_trainer(n_critic=1, gp_weight=0.1)
    trainer.compile(adam(1e-4), adam(1e-2), jit_compile=False)
    trainer.fit(batches(images[:10], trainer, 10), epochs=200, verbose=0, callbacks=[gap])
    assert gap.share[-1] > 0.3 and gap.seen[-1] - gap.unseen[-1] > 3 * gap.errors[-1]


def test_samples_that_do_not_fit_are_refused(make_trainer, images, others, adam):
    with pytest.raises(ValueError, match=r"`held_out` must be samples of the shape of `train`, \(8, 8, 1\)"):
        CriticGap(images, others[:, :4])
    with pytest.raises(ValueError, match="`train` must be at least 2 samples"):
        CriticGap(images[:1], others)
    gap = CriticGap(images[:, :4], others[:, :4])
    with pytest.raises(ValueError, match=r"The critic takes samples of shape \(8, 8, 1\)"):
        fitted(make_trainer(n_critic=1), images, adam, [gap])


def test_labels_out_of_range_are_refused_by_their_values(make_trainer, images, others, adam):
    labels, held_out = np.arange(40) % 3, np.arange(30) % 4
    generator = make_class_generator(wl.make_mlp_generator(5, (8, 8, 1), (3,)), 3)
    trainer = ConditionalWGANGP(generator, make_projection_critic(wl.make_mlp_critic((8, 8, 1), (3,)), 3), n_critic=1)
    trainer.compile(adam(), adam(), run_eagerly=True)
    gap = CriticGap(images, others, labels=labels, held_out_labels=held_out)
    with pytest.raises(ValueError, match=r"`held_out_labels` must lie between 0 and 2.*Received: values from 0 to 3"):
        trainer.fit(images, labels, batch_size=20, verbose=0, callbacks=[gap])
    gap = CriticGap(images, others, labels=labels, held_out_labels=held_out)
    with pytest.raises(ValueError, match="`labels` must be left out for a WGANGP"):
        fitted(make_trainer(n_critic=1), images, adam, [gap])
