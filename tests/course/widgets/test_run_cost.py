import pytest

import wganlib as wl
from wganlib.course.widgets.run_cost import BLOCKS, RunCostExplorer, duration, plan_memory, plan_step


def titles(figure):
    return [ax.get_title(loc="left") + ax.get_title() for ax in figure.axes]


def widths(axes):
    return [bar.get_width() for bar in axes.patches]


def build(side, channels, n_filters, n_critic, stem):
    """The trainer that the explorer plans."""
    shape, options = (side, side, channels), {"kernel_size": 5 if stem else 4, "stem": stem, "n_blocks": BLOCKS[side]}
    generator = wl.make_dcgan_generator(20, shape, n_filters, **options)
    critic = wl.make_dcgan_discriminator(shape, n_filters // 2, norm=None, dropout=0, **options)
    return wl.WGANGP(generator, critic, n_critic=n_critic, ema_decay=0.9)


@pytest.mark.parametrize("plan", [(32, 3, 16, 2, False), (28, 1, 32, 1, True), (64, 3, 16, 3, False)])
def test_the_plan_is_what_the_built_networks_cost(plan):
    side, channels, n_filters, n_critic, stem = plan
    trainer = build(*plan)
    assert plan_step(side, channels, n_filters, 8, n_critic, stem) == wl.step_flops(trainer, 8)
    memory = plan_memory(side, channels, n_filters, 8, 100, stem)
    assert memory["images"] == 4 * 100 * side * side * channels
    counts = trainer.generator.count_params(), trainer.critic.count_params()
    assert memory["networks"] == 4 * (5 * counts[0] + 4 * counts[1])


def test_the_bars_are_the_plan():
    explorer = RunCostExplorer(1e10)
    flops = plan_step(32, 3, 64, 64, 2)
    assert sum(widths(explorer.figure.axes[0])) == pytest.approx(flops.total / 1e9)
    memory = plan_memory(32, 3, 64, 64, 4000)
    assert sum(widths(explorer.figure.axes[1])) == pytest.approx(sum(memory.values()) / 2**20)
    seconds = 20 * (4000 // 128) * flops.total / 1e10
    assert widths(explorer.figure.axes[2]) == pytest.approx([seconds, seconds / 10, seconds / 100])


def test_each_control_changes_what_is_drawn():
    explorer = RunCostExplorer(1e10)
    values = dict(side=64, channels=1, n_filters=32, batch_size=32, n_critic=5, images=10_000, epochs=50, stem=True)
    assert set(values) == set(explorer.controls)
    for name, value in values.items():
        before = [widths(ax) for ax in explorer.figure.axes]
        explorer.controls[name].value = value
        assert [widths(ax) for ax in explorer.figure.axes] != before, name


def test_a_machine_twice_as_fast_takes_half_as_long():
    slow, fast = (RunCostExplorer(rate) for rate in (1e10, 2e10))
    assert widths(slow.figure.axes[2]) == pytest.approx([2 * width for width in widths(fast.figure.axes[2])])
    assert "10 GFLOP/s" in titles(slow.figure)[2] and "20 GFLOP/s" in titles(fast.figure)[2]


def test_too_few_images_for_a_step_are_said_to_be_too_few():
    figure = RunCostExplorer(1e10).still(images=1000, batch_size=256, n_critic=10)
    assert "1,000 images are too few: one step takes 10 × 256 = 2,560" in titles(figure)[2]
    assert not widths(figure.axes[2])


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.25, "0.25 s"),
        (45, "45 s"),
        (420, "7 min"),
        (7200, "2 h"),
        (40 * 3600, "40 h"),
        (5 * 86_400, "5 days"),
        (1e9, "32 years"),
    ],
)
def test_durations(seconds, words):
    assert duration(seconds) == words
