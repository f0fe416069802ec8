"""Does the critic know its training samples by heart? Its estimate on them, and on samples that it never saw."""

import keras
import numpy as np

from wganlib._arguments import as_classes, as_numbers, check_count, check_samples, check_seed, show

PASS = 250  # samples in one pass through the critic


class CriticGap(keras.callbacks.Callback):
    """Compares the critic's Wasserstein estimate on training samples with that on held-out ones (chapter 07).

    Both are held against the same generated samples: mean D(x) − mean D(G(z)), in inference mode, and of a trainer that
    augments on augmented samples, since its critic knows no others; every look changes them alike. A critic that
    generalises finds held-out samples as real as those it is trained on. One that has learnt the latter by heart does
    not, and the generator then learns to repeat them (arXiv 1704.00028, Fig. 5b; Karras et al. 2020, arXiv 2006.06676).

    Args:
        train: (n, …) samples that are trained on, n ≥ 2.
        held_out: (m, …) real samples that are not, m ≥ 2.
        every: epochs between two looks, each at the end of an epoch.
        count: at most so many samples of each kind are looked at, evenly spaced, and generated ones drawn.
        seed: of the generated samples' z.
        labels, held_out_labels: (n,) and (m,) the classes of both, for a conditional trainer alone. A critic's value is
            then the one at the label, and generated samples are of the training samples' classes.

    Attributes:
        steps: the trainer's step counter at each look. seen, unseen: the two estimates, as arrays of as many numbers.
        errors: the standard error of their difference, which the choice of samples gives it.
        share: of the estimate on training samples, what is missing on the held-out ones: (seen − unseen) / seen. 0
            without overfitting, 1 where held-out samples are as unreal to the critic as generated ones (arXiv
            2006.06676, eq. 1); NaN where the estimate on training samples is not above 0.

    Raises:
        ValueError: too few samples, or labels that are not theirs; on `fit`, samples or labels that the critic does not
            take.
    """

    def __init__(self, train, held_out, every=1, count=500, seed=0, *, labels=None, held_out_labels=None):
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
        self._labels = self._some_labels("labels", labels, train)
        self._held_out_labels = self._some_labels("held_out_labels", held_out_labels, held_out)
        self._rows = []

    def _some_labels(self, name, labels, samples):
        if labels is None:
            return None
        found = as_numbers(name, labels, whole=True)
        if found.shape != (len(samples),):
            raise ValueError(
                f"`{name}` must be one whole number for each of the {len(samples)} samples. Received: {show(labels)}."
            )
        return found[:: -(-len(found) // self.count)]

    def _some(self, name, samples):
        samples = check_samples(samples, name=name)
        if len(samples) < 2:
            raise ValueError(f"`{name}` must be at least 2 samples, better 100. Received: {len(samples)}.")
        return samples[:: -(-len(samples) // self.count)]

    def on_train_begin(self, logs=None):
        check_samples(self._train, self.model.critic.input_shape[1:])
        n_classes = self.model.n_classes
        for name, labels in (("labels", self._labels), ("held_out_labels", self._held_out_labels)):
            if (labels is None) != (n_classes is None):
                wanted = "left out" if n_classes is None else f"classes from 0 to {n_classes - 1}"
                raise ValueError(
                    f"`{name}` must be {wanted} for a {type(self.model).__name__}. Received: {show(labels)}."
                )
            if labels is not None:
                as_classes(name, labels, n_classes)

    def on_epoch_end(self, epoch, logs=None):
        if (epoch + 1) % self.every == 0:
            self._look()

    def _look(self):
        of_fake = None if self._labels is None else np.resize(self._labels, self.count)
        asked = {} if of_fake is None else {"labels": of_fake}
        fake = self._values(self.model.sample(self.count, seed=self.seed, **asked), of_fake).mean()
        train, held_out = (self._values(self._train, self._labels), self._values(self._held_out, self._held_out_labels))
        error = np.sqrt(train.var(ddof=1) / len(train) + held_out.var(ddof=1) / len(held_out))
        step = int(self.model.step.numpy())
        self._rows.append((step, train.mean() - fake, held_out.mean() - fake, error))

    def _values(self, samples, labels):
        samples = self.model.augment_samples(samples, step=self.seed)
        parts = [self.model.critic(samples[i : i + PASS], training=False) for i in range(0, len(samples), PASS)]
        values = np.concatenate(parts).astype(np.float64)
        return values[np.arange(len(values)), 0 if labels is None else labels]

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
        estimate = np.where(self.seen > 0, self.seen, np.nan)
        return (estimate - self.unseen) / estimate

    def get_state(self):
        """All looks as an array, for `ExactResume`."""
        return {"looks": self._table}

    def set_state(self, state):
        """Go on from what `get_state` returned."""
        self._rows = [tuple(row) for row in state["looks"]]
