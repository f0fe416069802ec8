"""The numbers in the figure of chapter 02 are Keras' own, and every one of them is in the picture."""

import keras
import numpy as np
from drawings import batch_normalisation as drawing


def test_the_three_steps_are_keras():
    layer = keras.layers.BatchNormalization(epsilon=drawing.EPSILON)
    layer.build(drawing.BATCH.shape)
    layer.gamma.assign(drawing.GAMMA)
    layer.beta.assign(drawing.BETA)
    _, _, standardised, result = drawing.three_steps()
    np.testing.assert_allclose(result, layer(drawing.BATCH, training=True), atol=1e-5)
    np.testing.assert_allclose(standardised.mean(axis=(0, 1, 2)), 0, atol=1e-12)


def test_the_picture_holds_these_numbers():
    texts = [text.get_text() for text in drawing.draw_batch_normalisation().axes[0].texts]
    mean, variance, standardised, result = drawing.three_steps()
    for block, form in ((drawing.BATCH, "{:.0f}"), (standardised, "{:.2f}"), (result, "{:.2f}")):
        for value in block[..., 0].ravel():
            assert form.format(value).replace("-", "−") in texts
    for value in mean:
        assert f"{value:.1f}" in texts
    for value in variance:
        assert f"{value:.2f}" in texts


def test_the_fonts_are_legible():
    figure = drawing.draw_batch_normalisation()
    assert min(text.get_fontsize() for text in figure.axes[0].texts) >= 9
    assert figure.get_size_inches()[0] <= 9
