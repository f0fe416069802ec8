import io

import matplotlib.pyplot as plt
import numpy as np
import pytest

from wganlib.networks.dcgan import make_dcgan_generator
from wganlib.networks.mlp import make_mlp_critic
from wganlib.networks.picture import plot_network
from wganlib.networks.stages import plan_discriminator, plan_generator
from wganlib.plots.style import use_style


def texts(figure):
    return [text.get_text() for ax in figure.axes for text in ax.texts]


def test_every_shape_and_count_is_on_the_page():
    plan = plan_generator()
    figure = plot_network(plan)
    words = texts(figure)
    for shape in ("20", "7×7×128", "14×14×64", "28×28×32", "28×28×1"):
        assert shape in words
    labels = [label.get_text() for label in figure.axes[1].get_xticklabels()]
    assert labels == ["125,440\n+ 25,088", "409,600\n+ 512", "204,800\n+ 256", "51,200\n+ 128", "800"]
    assert words[0].startswith("817,824 parameters (804,832 trainable)")


def test_the_bars_are_shares_of_all():
    plan = plan_discriminator()
    parameters, work = plot_network(plan).axes[1].containers
    counts = np.array([stage.parameters for stage in plan])
    np.testing.assert_allclose([bar.get_height() for bar in parameters], 100 * counts / 1_040_385)
    assert sum(bar.get_height() for bar in work) == pytest.approx(100)


def test_a_model_is_drawn_as_its_plan():
    assert texts(plot_network(make_dcgan_generator(n_filters=16))) == texts(plot_network(plan_generator(n_filters=16)))


def test_a_fully_connected_net_has_no_kernels_to_draw():
    words = texts(plot_network(make_mlp_critic(hidden_units=(16,))))
    assert words.count("Dense") == 2


def test_it_is_pyplots_current_figure():
    plt.switch_backend("agg")
    figures = [plot_network(plan_generator()) for _ in range(2)]
    assert plt.gcf() is figures[-1] and not plt.fignum_exists(figures[0].number)
    plt.close("all")


def test_notes_are_one_per_map():
    with pytest.raises(ValueError, match=r"each of the 6 feature maps, the input included\. Received: 2"):
        plot_network(plan_generator(), notes=["a", "b"])


@pytest.mark.filterwarnings("error")
def test_a_figure_saved_twice_is_the_same_under_the_courses_style():
    with plt.rc_context():
        use_style()
        figure = plot_network(plan_generator())
        saved = []
        for _ in range(2):
            buffer = io.BytesIO()
            figure.savefig(buffer, format="png", dpi=40)
            saved.append(buffer.getvalue())
    assert saved[0] == saved[1]
