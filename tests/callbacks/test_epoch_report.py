"""One line an epoch."""

import io
import re
import sys

import pytest

from wganlib.callbacks.epoch_report import EpochReport
from wganlib.callbacks.history import IterationHistory
from wganlib.networks.mlp import make_mlp_critic, make_mlp_generator
from wganlib.training.feature_matching import FeatureMatching
from wganlib.training.input_pipeline import batches
from wganlib.training.trainers import GAN, WGANGP

LINE = re.compile(
    r"epoch +(\d+)/(\d+) +[\d.]+ min  generator +(\S+)  critic +(\S+)(?:  \[D\(real\) +(\S+)  D\(fake\) +(\S+)\])?"
)


def numbers(line):
    return [None if text is None else float(text) for text in LINE.fullmatch(line).groups()]


def test_a_line_has_the_means_of_its_epoch(quick, images, capsys):
    trainer, report, history = quick(), EpochReport(), IterationHistory()
    trainer.fit(batches(images, trainer, 4), epochs=2, verbose=0, callbacks=[report, history])
    assert capsys.readouterr().out.splitlines() == report.lines and len(report.lines) == 2
    for epoch, line in enumerate(report.lines):
        mean = {name: curve[5 * epoch : 5 * epoch + 5].mean() for name, curve in history.curves.items()}
        fake = -mean["generator_loss"]
        wanted = [epoch + 1, 2, -fake, mean["critic_loss"], fake + mean["wasserstein"], fake]
        assert numbers(line) == pytest.approx(wanted, abs=0.0051)


@pytest.mark.parametrize("every, told", [(1, [1, 2, 3, 4, 5]), (2, [2, 4, 5]), (9, [5])])
def test_the_last_epoch_has_a_line_in_any_case(quick, every, told, images, capsys):
    trainer, report = quick(), EpochReport(every)
    trainer.fit(batches(images, trainer, 4, steps_per_epoch=1), epochs=5, verbose=0, callbacks=[report])
    assert [numbers(line)[0] for line in report.lines] == told


class Matching(FeatureMatching, WGANGP):
    pass


@pytest.mark.parametrize("kind", [GAN, Matching])
def test_losses_that_are_not_values_of_d_stand_alone(kind, adam, images, capsys):
    trainer, report = kind(make_mlp_generator(3, (8, 8, 1), (4,)), make_mlp_critic((8, 8, 1), (4,))), EpochReport()
    trainer.compile(adam(), adam(), run_eagerly=True)
    trainer.fit(batches(images, trainer, 4, steps_per_epoch=1), verbose=0, callbacks=[report])
    assert numbers(report.lines[0])[4:] == [None, None]


class Teletype(io.StringIO):
    def isatty(self):
        return True


def test_on_a_terminal_it_takes_the_place_of_the_line_that_is_rewritten(quick, images, monkeypatch):
    trainer, report = quick(), EpochReport()
    monkeypatch.setattr(sys, "stdout", Teletype())
    trainer.fit(batches(images, trainer, 4, steps_per_epoch=1), verbose=0, callbacks=[report])
    assert sys.stdout.getvalue() == f"\r\033[K{report.lines[0]}\n"
