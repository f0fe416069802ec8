"""Does the critic know its training samples by heart? Its estimate on them, and on samples that it never saw."""

import keras
import numpy as np

from wganlib._arguments import check_count, check_samples, check_seed

PASS = 250  # samples in one pass through the critic


class CriticGap(keras.callbacks.Callback):
    """Compares the critic's Wasserstein estimate on training samples with that on held-out ones (chapter 07).

    Both are held against the same generated samples: mean D(x) − mean D(G(z)), in inference mode. A critic that
    generalises finds held-out samples as real as those it is trained on. One that has learnt the latter by heart does
    not, and the generator then learns to repeat them (arXiv 1704.00028, Fig. 5b; Karras et al. 2020, arXiv 2006.06676).

    Args:
        train: (n, …) samples that are trained on, n ≥ 2.
        held_out: (m, …) real samples that are not, m ≥ 2.
        every: epochs between two looks, each at the end of an epoch.
        count: at most so many samples of each kind are looked at, evenly spaced, and generated ones drawn.
        seed: of the generated samples' z.

    Attributes:
        steps: the trainer's step counter at each look. seen, unseen: the two estimates, as arrays of as many numbers.
        errors: the standard error of their difference, which the choice of samples gives it.
        share: of the estimate on training samples, what is missing on the held-out ones: (seen − unseen) / seen. 0
            without overfitting, 1 where held-out samples are as unreal to the critic as generated ones (arXiv
            2006.06676, eq. 1).

    Raises:
        ValueError: too few samples; on `fit`, samples that the critic does not take.
    """

    def __init__(self, train, held_out, every=1, count=500, seed=0):
        super().__init__()
        self.every, self.count = check_count("every", every), check_count("count", count, 2)
        self.seed = check_seed("seed", seed)
        self._train, self._held_out = (
            self._some(name, samples) for name, samples in (("train", train), ("held_out", held_out))
        )
        if self._train.shape[1:] != self._held_out.shape[1:]:
            raise ValueError(
                f"`held_out` must be samples of the shape of `train`, {self._train.shape[1:]}. Received: samples of "
                f"shape {self._held_out.shape[1:]}."
            )
        self._rows = []

    def _some(self, name, samples):
        try:
            samples = check_samples(samples)
        except ValueError as problem:
            raise ValueError(f"`{name}`: {problem}") from None
        if len(samples) < 2:
            raise ValueError(f"`{name}` must be at least 2 samples, better 100. Received: {len(samples)}.")
        return samples[:: -(-len(samples) // self.count)]

    def on_train_begin(self, logs=None):
        check_samples(self._train, self.model.critic.input_shape[1:])

    def on_epoch_end(self, epoch, logs=None):
        if (epoch + 1) % self.every == 0:
            self._look()

    def _look(self):
        fake = self._values(self.model.sample(self.count, seed=self.seed)).mean()
        train, held_out = self._values(self._train), self._values(self._held_out)
        error = np.sqrt(train.var(ddof=1) / len(train) + held_out.var(ddof=1) / len(held_out))
        step = int(self.model.step.numpy())
        self._rows.append((step, train.mean() - fake, held_out.mean() - fake, error))

    def _values(self, samples):
        parts = [self.model.critic(samples[i : i + PASS], training=False) for i in range(0, len(samples), PASS)]
        return np.concatenate(parts).ravel().astype(np.float64)

    @property
    def _table(self):
        return np.array(self._rows, np.float64).reshape(-1, 4)

    @property
    def steps(self):
        return self._table[:, 0].astype(int)

    @property
    def seen(self):
        return self._table[:, 1]

    @property
    def unseen(self):
        return self._table[:, 2]

    @property
    def errors(self):
        return self._table[:, 3]

    @property
    def share(self):
        with np.errstate(divide="ignore", invalid="ignore"):
            return (self.seen - self.unseen) / self.seen

    def get_state(self):
        """All looks as an array, for `ExactResume`."""
        return {"looks": self._table}

    def set_state(self, state):
        """Go on from what `get_state` returned."""
        self._rows = [tuple(row) for row in state["looks"]]
