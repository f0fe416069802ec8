import numpy as np
import pytest
from scipy import integrate, stats

from wganlib.course.widgets import DiscriminatorExplorer
from wganlib.course.widgets.best_discriminator import best_logit, js_of_pair, mean_gradients
from wganlib.distances import js_divergence


def lines(ax):
    return [line for line in ax.lines if len(line.get_xdata()) > 2]


def title(ax):
    return ax.get_title() + ax.get_title(loc="left")  # where it stands is a matter of style


def dots(ax):
    return [line.get_ydata()[0] for line in ax.lines if len(line.get_xdata()) == 1]


@pytest.mark.parametrize("gap, std", [(0.0, 1.0), (1.5, 0.5), (3.0, 2.0)])
def test_the_best_logit_is_that_of_the_density_ratio(gap, std):
    x = np.linspace(-3, 5, 9)
    real, fake = stats.norm(0, 1).pdf(x), stats.norm(gap, std).pdf(x)
    np.testing.assert_allclose(1 / (1 + np.exp(-best_logit(x, gap, std))), real / (real + fake), rtol=1e-9)


@pytest.mark.parametrize("gap, std", [(0.5, 1.0), (2.0, 0.5), (4.0, 1.5)])
def test_the_gradients_are_those_of_the_losses(gap, std):
    """Against an integral of the loss with D frozen, differenced in the generator's centre."""
    fake = stats.norm(gap, std)

    def loss(centre, of_logit):
        def shifted(x):
            return fake.pdf(x) * of_logit(best_logit(x + centre - gap, gap, std))

        return integrate.quad(shifted, gap - 9 * std, gap + 9 * std, epsabs=1e-13, limit=200)[0]

    for found, of_logit in zip(
        mean_gradients(gap, std), (lambda a: -np.logaddexp(0, a), lambda a: np.logaddexp(0, -a)), strict=True
    ):
        expected = (loss(gap + 1e-4, of_logit) - loss(gap - 1e-4, of_logit)) / 2e-4
        assert found == pytest.approx(expected, rel=1e-4, abs=1e-8)


def test_js_of_the_pair_is_an_integral():
    real, fake = stats.norm(0, 1), stats.norm(2, 0.5)

    def integrand(x):
        r, g = real.pdf(x), fake.pdf(x)
        return 0.5 * (r * np.log(2 * r / (r + g)) + g * np.log(2 * g / (r + g)))

    assert js_of_pair(2, 0.5) == pytest.approx(integrate.quad(integrand, -8, 6)[0], abs=1e-6)
    assert js_of_pair(0, 1) == pytest.approx(0, abs=1e-12)


def test_pulling_the_fakes_away_starves_the_saturating_loss_only():
    explorer = DiscriminatorExplorer()
    explorer.controls["gap"].value = 2
    saturating, other = dots(explorer.figure.axes[2])
    assert (saturating, other) == pytest.approx([abs(g) for g in mean_gradients(2, 0.5)])
    picture = explorer.png
    explorer.controls["gap"].value = 5
    later, other_later = dots(explorer.figure.axes[2])
    assert later < saturating / 50 and other_later > other
    assert explorer.png != picture


def test_the_pictures_show_the_densities_and_the_best_discriminator():
    above, below, right = DiscriminatorExplorer().still(gap=3, fake_std=2).axes
    real, fake = lines(above)
    x = real.get_xdata()
    np.testing.assert_allclose(real.get_ydata(), stats.norm(0, 1).pdf(x), atol=1e-12)
    np.testing.assert_allclose(fake.get_ydata(), stats.norm(3, 2).pdf(x), atol=1e-12)
    expected = real.get_ydata() / (real.get_ydata() + fake.get_ydata())
    np.testing.assert_allclose(lines(below)[0].get_ydata(), expected, atol=1e-9)
    step = x[1] - x[0]
    js = js_divergence(real.get_ydata() * step / (real.get_ydata() * step).sum(),
                       fake.get_ydata() / fake.get_ydata().sum())  # fmt: skip
    assert f"{js:.3f}" in title(above)
    assert f"{2 * np.log(2) - 2 * js:.3f}" in title(below)
    assert len(lines(right)) == 2


def test_equal_densities_leave_nothing_to_learn():
    above, below, _ = DiscriminatorExplorer().still(gap=0, fake_std=1).axes
    np.testing.assert_allclose(lines(below)[0].get_ydata(), 0.5)
    assert "0.000" in title(above)


@pytest.mark.parametrize("fake_std", [0.25, 0.5, 1, 2])
def test_the_gradients_fill_their_axis_which_stands_still_while_the_fakes_move(fake_std):
    right = DiscriminatorExplorer().still(gap=0.5, fake_std=fake_std).axes[2]
    low, high = right.get_ylim()
    curves = np.concatenate([line.get_ydata() for line in lines(right)])
    assert low < curves.min() < 10 * low and curves.max() < high < 10 * curves.max()
    assert DiscriminatorExplorer().still(gap=7, fake_std=fake_std).axes[2].get_ylim() == (low, high)
