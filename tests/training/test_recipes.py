import json
from dataclasses import replace

import keras
import numpy as np
import pytest

import wganlib as wl
from wganlib.training.budgets import NAMES
from wganlib.training.recipes import LAPTOP, SMOKE, SOURCES, Recipe, fitting_blocks


@pytest.mark.parametrize("budget", NAMES)
def test_the_recipe_of_a_budget_is_made_again_from_its_json(budget):
    settings = json.loads(wl.recipe(budget).to_json())
    assert settings["name"] == budget
    assert json.loads(Recipe(**settings).to_json()) == settings


def test_sources_is_their_networks_for_a_hundred_epochs():
    trainer = wl.recipe("sources").build()
    assert trainer.generator.count_params() == 817_824
    assert SOURCES.epochs(60_000) == 100
    assert (trainer.n_critic, trainer.gp_weight) == (5, 10.0)
    optimizer = trainer.generator_optimizer
    assert (float(optimizer.learning_rate), optimizer.beta_1, optimizer.beta_2) == (pytest.approx(1e-4), 0.0, 0.9)


def test_an_epoch_is_one_pass_over_the_shipped_sample():
    assert LAPTOP.steps_per_epoch == 10_000 // (LAPTOP.n_critic * LAPTOP.batch_size)


@pytest.mark.parametrize(
    "steps, images, length, total", [(3, 64, 3, 3), (336, 300, 37, 333), (100, 10_000, 100, 100), (12, 64, 8, 16)]
)
def test_in_whole_epochs_it_trains_the_steps_that_it_says(steps, images, length, total):
    recipe = replace(SMOKE, steps=steps, steps_per_epoch=None).in_whole_epochs(images)
    assert (recipe.steps_per_epoch, recipe.steps) == (length, total)
    assert recipe.epochs(images) * length == total and recipe.in_whole_epochs(images) == recipe


@pytest.mark.slow
def test_the_learning_rates_of_both_networks_end_together():
    recipe = replace(SMOKE, steps=6, n_critic=2, decay=True)
    trainer = recipe.build()
    images = np.random.default_rng(0).uniform(-1, 1, (96, 28, 28, 1)).astype("float32")
    trainer.fit(recipe.batches(images, trainer), epochs=recipe.epochs(len(images)), verbose=0)
    assert int(trainer.step.numpy()) in range(4, 9)
    assert int(trainer.critic_optimizer.iterations) == recipe.n_critic * int(trainer.generator_optimizer.iterations)
    recipe = replace(recipe, steps=int(trainer.step.numpy()))
    trainer = recipe.build()
    trainer.fit(recipe.batches(images, trainer), epochs=recipe.epochs(len(images)), verbose=0)
    assert float(trainer.generator_optimizer.learning_rate) == pytest.approx(recipe.learning_rate / 50)
    assert float(trainer.critic_optimizer.learning_rate) == pytest.approx(recipe.critic_learning_rate / 50)


def test_a_seed_fixes_the_weights():
    a, b, c = (SMOKE.build(seed=seed).generator.get_weights()[0] for seed in (3, 3, 4))
    np.testing.assert_array_equal(a, b)
    assert not np.array_equal(a, c)


def test_a_recipes_networks_are_those_of_its_trainer():
    recipe = replace(SMOKE, critic_hidden_units=6)
    generator, critic = recipe.networks((16, 16, 3))
    assert generator.output_shape == critic.input_shape == (None, 16, 16, 3)
    assert [layer.units for layer in critic.layers if hasattr(layer, "units")] == [6, 1]
    trainer = recipe.build((16, 16, 3))
    assert [w.shape for w in trainer.critic.weights] == [w.shape for w in critic.weights]
    assert [w.shape for w in trainer.generator.weights] == [w.shape for w in generator.weights]


@pytest.mark.parametrize(
    "size, n_blocks, smallest",
    [((28, 28, 1), 2, (7, 7)), ((32, 32, 3), 3, (4, 4)), ((64, 96, 3), 4, (4, 6)), ((128, 128, 3), 5, (4, 4))],
)
def test_blocks_and_filters_grow_with_the_images(size, n_blocks, smallest):
    assert fitting_blocks(size) == n_blocks
    generator, critic = LAPTOP.networks(size)
    maps = [layer.output.shape[1:] for layer in generator.layers if len(layer.output.shape) == 4]
    assert maps[0] == (*smallest, 32 * 2 ** (n_blocks - 1))
    assert maps[-1] == critic.input_shape[1:] == size
    assert generator.input_shape == (None, 20 * size[-1])
    widest = [layer.filters for layer in critic.layers if hasattr(layer, "filters")]
    assert widest == [32 * 2**block for block in range(n_blocks)]
    last = [layer for layer in generator.layers if isinstance(layer, keras.layers.Conv2DTranspose)][-1]
    assert last.input.shape[-1] == 16


def test_a_recipe_is_built_for_images_or_for_their_size():
    images = np.zeros((5, 16, 24, 3), "float32")
    of_images, of_size = SMOKE.build(images), SMOKE.build((16, 24, 3))
    assert of_images.critic.input_shape == of_size.critic.input_shape == (None, 16, 24, 3)
    assert of_images.generator.count_params() == of_size.generator.count_params()
    fewer = replace(SMOKE, n_blocks=1).build(images)
    assert fewer.generator.layers[2].output.shape[1:] != of_images.generator.layers[2].output.shape[1:]
    with pytest.raises(ValueError, match="48×48 would work"):
        SMOKE.build((50, 50, 3))


@pytest.mark.slow
def test_images_of_128_pixels_are_trained_on():
    images = np.random.default_rng(0).uniform(-1, 1, (16, 128, 128, 3)).astype("float32")
    recipe = replace(SMOKE, steps=2)
    trainer = recipe.build(images)
    before = trainer.generator.get_weights()
    trainer.fit(recipe.batches(images, trainer), epochs=recipe.epochs(len(images)), verbose=0)
    assert int(trainer.step.numpy()) == 2 and trainer.sample(3).shape == (3, 128, 128, 3)
    assert any((one != other).any() for one, other in zip(before, trainer.generator.get_weights(), strict=True))
