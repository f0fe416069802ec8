"""Reads a run and says in words whether it is healthy, and if not, what is wrong and what to try."""

import html
from dataclasses import dataclass

import numpy as np

from wganlib._arguments import as_numbers, check_samples, show
from wganlib.callbacks.critic_gap import CriticGap
from wganlib.diagnosis.examination import Examination, compare_spread, examine

# In this order a verdict goes before the others: a cause before what it causes.
VERDICTS = (
    "nan",
    "coupled",
    "mismeasured",
    "unclipped",
    "stale",
    "saturated",
    "diverging",
    "oscillating",
    "overfitting",
    "collapsed",
    "steep",
    "flat",
    "too short",
    "healthy",
)
SHORTEST = 20  # values of a curve below which only NaN is judged
# Thresholds that no theory gives were set between recorded runs, broken and healthy (benchmarks/record_health_runs.py),
# and are scored on others (benchmarks/unseen_runs.py): whoever changes one makes new runs to score it.
GROWTH = 1.5  # last tenth of the Wasserstein estimate over its highest level in the first half
SWING = 0.07  # standard deviation of the estimate around its trend in the second half, over its highest level before
SURE = 0.1  # discriminator loss; 2 log 2 = 1.39 where it cannot tell (arXiv 1406.2661, §4.1)
SLACK = 0.4  # slope above the 1 + W / (2 λ) on which a penalised critic settles (chapter 07)
GENTLE = 0.6  # slope below which a penalised critic falls far short of the 1 it is asked for
COUPLED = 1e-4  # ∂D(x₀)/∂xⱼ over ∂D(x₀)/∂x₀; exactly 0 where no sample sees another
MISREPORTED = 1.25  # measured over logged gradient norm, or the other way round
OVERFIT = 0.1  # share of the critic's estimate that is missing on held-out samples
CERTAIN = 3  # standard errors above 0 at which the gap is none of the samples' choice
NARROW, CROWDED = 0.5, 0.05  # spread and nearest-neighbour distance of samples over those of real ones


@dataclass(frozen=True, repr=False)
class Diagnosis:
    """What `diagnose` says.

    Attributes:
        verdict: one of `wganlib.diagnosis.health.VERDICTS`; the first of `found` in that order.
        found: every verdict that the evidence supports.
        evidence: sentences with the numbers and the thresholds they are held against.
        advice: what to try, one sentence for each trouble found.
    """

    verdict: str
    found: tuple
    evidence: tuple
    advice: tuple

    def __repr__(self):
        lines = [f"verdict: {self.verdict}"]
        if len(self.found) > 1:
            lines[0] += f" (also {', '.join(v for v in self.found if v != self.verdict)})"
        lines += [f"  - {sentence}" for sentence in self.evidence]
        lines += [f"  try: {sentence}" for sentence in self.advice]
        return "\n".join(lines)

    def _repr_html_(self):
        rows = "".join(f"<li>{html.escape(sentence)}</li>" for sentence in self.evidence)
        tries = "".join(f"<li>Try: {html.escape(sentence)}</li>" for sentence in self.advice)
        also = ", ".join(v for v in self.found if v != self.verdict)
        also = f" (also {also})" if also else ""
        return f"<b>verdict: {self.verdict}</b>{also}<ul>{rows}{tries}</ul>"


ADVICE = {
    "nan": "add ε inside the root of the gradient norm, lower the learning rate, and check that images lie in [−1, 1]",
    "coupled": "take BatchNorm (or any layer that sees the batch) out of the critic; LayerNormalization may stay",
    "mismeasured": "draw one α ~ U(0, 1) for each sample, call the critic at x̂ with training=True, and sum the squared "
    "gradient over all axes but the first",
    "unclipped": "assign the clipped values to the weights after every critic update: variable.assign(…)",
    "stale": "draw new z for every update with tf.random, and give each critic update real samples of its own",
    "saturated": "take the sigmoid off the critic; for a GAN use the non-saturating loss or a weaker discriminator",
    "collapsed": "more critic updates, minibatch discrimination or another loss (chapter 08)",
    "diverging": "look at the sign of the generator's loss, at what bounds the critic's slope, and at the learning "
    "rates",
    "oscillating": "take the momentum out (Adam with β₁ = 0, or RMSprop), then lower the learning rates",
    "overfitting": 'augment=("translation", "cutout", "colour"), more data, a smaller critic, or an earlier end',
    "steep": "raise λ, or look at how the gradient norm is computed",
    "flat": "more critic updates or a higher critic rate; look for a bounded output",
    "too short": "train on, or keep every iteration with wl.IterationHistory",
    "healthy": None,
}


def diagnose(history, trainer=None, real=None, samples=None, gap=None, labels=None):
    """Read a run: is it healthy, and if not, what is wrong?

    Curves alone show what goes wrong loudly (NaN, divergence, a saturated discriminator, oscillation). Mistakes that
    leave the curves in good order need the trainer; a collapse needs samples, overfitting held-out ones. Chapter 11
    prints how often it is right on runs that its thresholds have not seen.

    Args:
        history: an `IterationHistory`, Keras' `History`, or a dictionary {name: values}, with "wasserstein" or with
            "critic_loss" and "generator_loss".
        trainer: the `GAN`, `WGAN` or `WGANGP` of the run, to be examined, or the `Examination` made of it.
        real: (n, …) real samples; needed with a trainer (not with an Examination) and with samples.
        samples: (m, …) generated samples, m ≥ 16, where there is no trainer to draw them.
        gap: the `wganlib.callbacks.CriticGap` of the run.
        labels: (n,) the classes of `real`, with a conditional trainer.

    Returns:
        A `Diagnosis`; print it, or end a cell with it.

    Raises:
        ValueError: nothing recorded, curves that are missing, not numbers or of unequal lengths, or evidence without
            the real samples to hold it against.
    """
    curves = _curves(history)
    _check_gap(gap)
    found = _Found()
    _judge_curves(curves, found)
    exam = _examination(trainer, real, samples, labels)
    if exam is not None:
        _judge_examination(exam, curves, found)
    if gap is not None:
        _judge_gap(gap, found)
    if not found.troubles:
        found.add("healthy", *_healthy_evidence(curves, exam))
    verdicts = sorted(found.troubles, key=VERDICTS.index)
    evidence = tuple(sentence for verdict in verdicts for sentence in found.troubles[verdict])
    advice = tuple(ADVICE[verdict] for verdict in verdicts if ADVICE[verdict])
    return Diagnosis(verdicts[0], tuple(verdicts), evidence, advice)


class _Found:
    def __init__(self):
        self.troubles = {}

    def add(self, verdict, *evidence):
        self.troubles.setdefault(verdict, []).extend(evidence)


def _curves(history):
    curves = getattr(history, "curves", None)
    if curves is None:
        curves = getattr(history, "history", history)
    if not isinstance(curves, dict):
        raise ValueError(
            "`history` must be a wl.IterationHistory, Keras' History or a dictionary of curves. Received: "
            f"{show(history)}."
        )
    if not curves:
        raise ValueError("Nothing was recorded: pass a wl.IterationHistory among the callbacks of fit.")
    if "wasserstein" not in curves and not {"critic_loss", "generator_loss"} <= set(curves):
        raise ValueError(
            "`history` must have the curve 'wasserstein', or both 'critic_loss' and 'generator_loss'. Received: "
            f"{', '.join(map(repr, curves))}. Rename yours, e.g. {{'critic_loss': …, 'generator_loss': …}}."
        )
    arrays = {}
    for name, values in curves.items():
        try:
            arrays[name] = np.asarray(values, dtype=np.float64)
        except (TypeError, ValueError):
            arrays[name] = np.empty(0)
        if arrays[name].ndim != 1 or len(arrays[name]) == 0:
            raise ValueError(f"The curve {name!r} must be a list of numbers, at least one. Received: {show(values)}.")
    lengths = {name: len(values) for name, values in arrays.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"The curves must have one length. Received: {lengths}. Cut them to the shortest.")
    return arrays


def _examination(trainer, real, samples, labels):
    if samples is not None and trainer is not None:
        raise ValueError(
            "Pass `trainer`, which draws its own samples, or `samples`, not both. Received: "
            f"{show(trainer)} and {show(samples)}."
        )
    if labels is not None and (trainer is None or isinstance(trainer, Examination)):
        raise ValueError(
            f"`labels` must be given with the conditional trainer that they are for. Received: {show(labels)}."
        )
    if isinstance(trainer, Examination):
        return trainer
    if (trainer is not None or samples is not None) and real is None:
        raise ValueError("`real` must be the real samples to hold the generated ones against. Received: None.")
    if trainer is not None:
        return examine(trainer, real, labels)
    if samples is None:
        return None
    real = check_samples(real)
    samples = as_numbers("samples", samples)
    if samples.ndim < 2 or samples.shape[1:] != real.shape[1:] or min(len(samples), len(real)) < 16:
        raise ValueError(
            "`samples` and `real` must be at least 16 samples each, of one shape. Received: shapes "
            f"{samples.shape} and {real.shape}."
        )
    if not np.isfinite(samples).all():
        return Examination("samples", finite=False)
    return Examination("samples", **compare_spread(samples, real))


def _check_gap(gap):
    if gap is not None and not isinstance(gap, CriticGap):
        raise ValueError(f"`gap` must be the wganlib.callbacks.CriticGap of the run. Received: {show(gap)}.")
    if gap is not None and len(gap.steps) == 0:
        raise ValueError(
            f"`gap` must have looked at least once: pass it among the callbacks of fit. Received: {show(gap)}, which "
            "has not."
        )


def _smooth(values):
    window = max(1, len(values) // 50)
    return np.convolve(values, np.ones(window) / window, mode="valid")


def _last_tenth(values):
    return values[-max(1, len(values) // 10) :].mean()


def _judge_curves(curves, found):
    broken = [name for name, values in curves.items() if not np.isfinite(values).all()]
    if broken:
        first = min(int(np.argmin(np.isfinite(curves[name]))) for name in broken)
        found.add("nan", f"{', '.join(broken)} not finite from value {first + 1} of {len(curves[broken[0]])} on")
        return
    length = len(next(iter(curves.values())))
    if length < SHORTEST:
        found.add("too short", f"{length} values of each curve; below {SHORTEST} a trend cannot be told from noise")
        return
    if "wasserstein" in curves:
        _judge_estimate(_smooth(curves["wasserstein"]), length, found)
    else:
        _judge_gan(curves, found)
    if "gradient_norm" in curves and "gradient_penalty" in curves:
        slope = _last_tenth(curves["gradient_norm"])
        if slope < GENTLE:
            found.add(
                "flat", f"the mean gradient norm ends at {slope:.2f}, where the penalty asks for 1 (< {GENTLE:g})"
            )


def _judge_estimate(level, length, found):
    half = level[len(level) // 2 :]
    highest, last = np.abs(level[: len(level) // 2]).max(), abs(_last_tenth(level))
    if last > GROWTH * highest:
        found.add(
            "diverging",
            f"the Wasserstein estimate ends at {last:.3g}, {last / highest:.1f} times its highest level in the first "
            f"half ({highest:.3g}); it should fall (arXiv 1701.07875, Fig. 3; alarm above {GROWTH:g} times)",
        )
        return
    if length < 10 * SHORTEST:
        return
    places = np.arange(len(half))
    # Not over the present level: that of a healthy run falls towards 0.
    swing = (half - np.polyval(np.polyfit(places, half, 1), places)).std() / max(highest, 1e-12)
    if swing > SWING:
        found.add(
            "oscillating",
            f"in the second half the estimate swings around its trend by {swing:.0%} of its highest level in the first "
            f"half (alarm above {SWING:.0%})",
        )


def _judge_gan(curves, found):
    loss = _last_tenth(curves["critic_loss"])
    if 0 <= loss < SURE:
        found.add(
            "saturated",
            f"the discriminator's loss ends at {loss:.3g}: it is sure of every sample (2 log 2 = 1.39 where it cannot "
            f"tell; alarm below {SURE:g}), and the generator's gradient vanishes (arXiv 1701.04862, Theorem 2.4)",
        )


def _judge_examination(exam, curves, found):
    if not exam.finite:
        found.add("nan", "weights or samples are not finite")
        return
    _judge_causes(exam, found)
    if exam.kind == "WGANGP" and exam.slope is not None and "nan" not in found.troubles:
        estimate = max(0.0, _last_tenth(curves["wasserstein"])) if "wasserstein" in curves else 0.0
        allowed = 1 + estimate / (2 * max(exam.gp_weight, 1e-12)) + SLACK
        if exam.slope > allowed:
            found.add(
                "steep",
                f"on straight lines between real and generated samples the mean gradient norm is {exam.slope:.2f} "
                f"(alarm above {allowed:.2f}), the largest {exam.steepest:.2f}",
            )
    # An untrained generator is narrow too, and has not collapsed.
    narrow = exam.spread is not None and (exam.spread < NARROW or exam.crowding < CROWDED)
    if narrow and "too short" not in found.troubles:
        found.add(
            "collapsed",
            f"samples spread {exam.spread:.2f} times as wide as the real ones (alarm below {NARROW:g}) and lie "
            f"{exam.crowding:.3f} times as far from their nearest neighbours (alarm below {CROWDED:g})",
        )


def _judge_gap(gap, found):
    looks = slice(-max(1, len(gap.steps) // 5), None)
    _judge_rise(gap, looks, found)
    seen, unseen, error = (float(values[looks].mean()) for values in (gap.seen, gap.unseen, gap.errors))
    if seen - unseen > max(OVERFIT * seen, CERTAIN * error):
        share = f"{(seen - unseen) / seen:.0%} of it is" if unseen >= 0 else "all of it, and more, is"
        found.add(
            "overfitting",
            f"the critic's estimate ends at {seen:.3g} on training samples and at {unseen:.3g} on held-out ones: "
            f"{share} known by heart (alarm above {OVERFIT:.0%} and {CERTAIN} standard errors of {error:.2g})",
        )


def _judge_rise(gap, looks, found):
    """An estimate that rises on training samples alone is no divergence: the critic learns them by heart."""
    half = gap.unseen[: len(gap.steps) // 2]
    if "diverging" not in found.troubles or len(half) < 2:
        return
    highest, last = np.abs(half).max(), gap.unseen[looks].mean()
    if last <= GROWTH * highest:
        found.add(
            "overfitting",
            *found.troubles.pop("diverging"),
            f"but on held-out samples it ends at {last:.3g}, after at most {highest:.3g} in the first half: it has "
            "risen on training samples alone",
        )


def _judge_causes(exam, found):
    if exam.kind == "WGANGP" and exam.coupling is not None and exam.coupling > COUPLED:
        found.add(
            "coupled",
            f"D(x₀) depends on other samples of the batch: |∂D(x₀)/∂xⱼ| reaches {exam.coupling:.2g} of |∂D(x₀)/∂x₀|, "
            "where a penalty per sample needs 0 (arXiv 1704.00028, §4)",
        )
    if exam.off_line is not None and exam.off_line > 1e-3:
        found.add("mismeasured", f"the penalty's points leave the line real–fake by {exam.off_line:.2f} of its length")
    if exam.outside:
        found.add(
            "mismeasured", f"{exam.outside:.0%} of the penalty's points lie beyond an end of their line: α ∉ [0, 1]"
        )
    if exam.shared_alpha:
        found.add("mismeasured", "all points of a batch lie at one fraction of their lines: one α for the batch")
    if exam.inference_penalty:
        found.add("mismeasured", "at x̂ the critic runs in inference mode, but it is trained in training mode")
    if exam.reported_slope and exam.slope_there:
        ratio = exam.slope_there / exam.reported_slope
        if max(ratio, 1 / ratio) > MISREPORTED:
            found.add(
                "mismeasured",
                f"the trainer logs a mean gradient norm of {exam.reported_slope:.2f}; at the same points, over all "
                f"axes and in training mode, it is {exam.slope_there:.2f}",
            )
    if exam.clip is not None and exam.largest_weight > 1.001 * exam.clip:
        found.add(
            "unclipped",
            f"the critic has a weight of {exam.largest_weight:.3g}, but clip is {exam.clip:g}",
        )
    if exam.repeated_latent:
        found.add("stale", "z is the same in two different steps: the generator sees a fixed set of z only")
    if exam.repeated_real:
        found.add("stale", f"{exam.repeated_real:.0%} of a step's real samples had been seen in the same step already")
    if exam.bounded_by:
        found.add(
            "saturated",
            f"the critic ends in a {exam.bounded_by}: its values are bounded, and its slope vanishes near the bounds",
        )


def _healthy_evidence(curves, exam):
    if "wasserstein" in curves:
        level = _smooth(curves["wasserstein"])
        yield f"the Wasserstein estimate ends at {_last_tenth(level):.3g}, after at most {np.abs(level).max():.3g}"
    else:
        yield f"the discriminator's loss ends at {_last_tenth(curves['critic_loss']):.2f} (1.39 where it cannot tell)"
    if "gradient_norm" in curves:
        yield f"the mean gradient norm ends at {_last_tenth(curves['gradient_norm']):.2f}"
    if exam is not None and exam.spread is not None:
        yield f"samples spread {exam.spread:.2f} times as wide as the real ones"
