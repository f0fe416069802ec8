"""The same step in PyTorch, eager as PyTorch is, on networks translated layer by layer from the Keras ones.

PyTorch is not a dependency of the course: without it the table says that this loop was not run. `pip install
"wganlib[bench]"` brings it.
"""

import math

import keras

try:
    import torch
    from torch import nn
    from torch.nn import functional
except ImportError:
    torch = None


def available():
    return torch is not None


def _same_padding(size, kernel, stride):
    """TensorFlow's "same": how many zeros come before and after."""
    total = max((math.ceil(size / stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


if torch is not None:

    def _parameter(weights, axes=None):
        values = weights.numpy()
        return nn.Parameter(torch.tensor(values if axes is None else values.transpose(axes).copy()))

    class Convolution(nn.Module):
        def __init__(self, layer):
            super().__init__()
            size, kernel, stride = layer.input.shape[1], layer.kernel_size[0], layer.strides[0]
            before, after = _same_padding(size, kernel, stride) if layer.padding == "same" else (0, 0)
            # Uneven padding costs a copy; even padding is the convolution's own.
            self.pad = None if before == after else (before, after, before, after)
            self.options = {"stride": stride, "padding": before if self.pad is None else 0}
            self.kernel = _parameter(layer.kernel, (3, 2, 0, 1))
            self.bias = _parameter(layer.bias) if layer.use_bias else None

        def forward(self, x):
            x = x if self.pad is None else functional.pad(x, self.pad)
            return functional.conv2d(x, self.kernel, self.bias, **self.options)

    class TransposedConvolution(nn.Module):
        def __init__(self, layer):
            super().__init__()
            size, kernel, stride = layer.output.shape[1], layer.kernel_size[0], layer.strides[0]
            self.size = size
            self.options = {"stride": stride, "padding": _same_padding(size, kernel, stride)[0]}
            self.kernel = _parameter(layer.kernel, (3, 2, 0, 1))
            self.bias = _parameter(layer.bias) if layer.use_bias else None

        def forward(self, x):
            x = functional.conv_transpose2d(x, self.kernel, self.bias, **self.options)
            return x[:, :, : self.size, : self.size]

    class Dense(nn.Module):
        def __init__(self, layer):
            super().__init__()
            self.kernel = _parameter(layer.kernel, (1, 0))
            self.bias = _parameter(layer.bias) if layer.use_bias else None

        def forward(self, x):
            return functional.linear(x, self.kernel, self.bias)

    class Normalisation(nn.Module):
        def __init__(self, layer):
            super().__init__()
            self.options = {"training": True, "momentum": 1 - layer.momentum, "eps": layer.epsilon}
            self.gamma, self.beta = _parameter(layer.gamma), _parameter(layer.beta)
            self.register_buffer("mean", _parameter(layer.moving_mean).detach())
            self.register_buffer("variance", _parameter(layer.moving_variance).detach())

        def forward(self, x):
            return functional.batch_norm(x, self.mean, self.variance, self.gamma, self.beta, **self.options)

    class Reshape(nn.Module):
        def __init__(self, layer):
            super().__init__()
            self.shape = layer.target_shape

        def forward(self, x):
            if len(self.shape) == 1:
                return x.flatten(1)
            return x.view(-1, *self.shape).permute(0, 3, 1, 2).contiguous()  # Keras' axes to PyTorch's

    class Flat(nn.Module):
        def __init__(self, layer):
            super().__init__()

        def forward(self, x):
            return x.permute(0, 2, 3, 1).flatten(1)  # in Keras' order, which the next kernel expects

    class Leaky(nn.Module):
        def __init__(self, layer):
            super().__init__()
            self.slope = float(layer.negative_slope)

        def forward(self, x):
            return functional.leaky_relu(x, self.slope)

    TRANSLATED = {
        keras.layers.Conv2DTranspose: TransposedConvolution,
        keras.layers.Conv2D: Convolution,
        keras.layers.Dense: Dense,
        keras.layers.BatchNormalization: Normalisation,
        keras.layers.Reshape: Reshape,
        keras.layers.Flatten: Flat,
        keras.layers.LeakyReLU: Leaky,
    }


def translate(model):
    """A Keras Sequential of the course's builders as a PyTorch module with the same weights, its axes reordered."""
    parts = []
    for layer in model.layers:
        kind = next((theirs for ours, theirs in TRANSLATED.items() if isinstance(layer, ours)), None)
        if kind is None:
            raise ValueError(f"There is no translation of a {type(layer).__name__} to PyTorch; add one to TRANSLATED.")
        parts.append(kind(layer))
        if getattr(layer, "activation", None) is keras.activations.tanh:
            parts.append(nn.Tanh())
    return nn.Sequential(*parts)


class TorchLoop:
    def __init__(self, generator, critic, *, n_critic, gp_weight, optimizers, gp_every=1, draws=None, device=None):
        self.device = device or ("cuda" if torch.cuda.is_available() else "cpu")
        self.z_size = generator.input_shape[1]
        self.generator, self.critic = translate(generator).to(self.device), translate(critic).to(self.device)
        self.n_critic, self.gp_weight, self.gp_every, self.draws = n_critic, gp_weight, gp_every, draws
        networks = self.generator, self.critic
        self.optimizers = [self._adam(*pair) for pair in zip(networks, optimizers(), strict=True)]

    def _adam(self, network, like):
        settings = {"betas": (like.beta_1, like.beta_2), "eps": like.epsilon}
        optimizer = torch.optim.Adam(network.parameters(), lr=float(like.learning_rate.numpy()), **settings)
        optimizer.keras_epsilon, optimizer.updates = like.epsilon, 0
        return optimizer

    def _apply(self, optimizer, gradients):
        optimizer.updates += 1
        for group in optimizer.param_groups:
            # Keras adds ε to the root before the bias correction, PyTorch after it.
            group["eps"] = optimizer.keras_epsilon / math.sqrt(1 - group["betas"][1] ** optimizer.updates)
            for parameter, gradient in zip(group["params"], gradients, strict=True):
                parameter.grad = gradient
        optimizer.step()

    def _z(self, count):
        if self.draws is None:
            return torch.randn((count, self.z_size), device=self.device)
        return torch.tensor(self.draws.z(count, self.z_size).numpy(), device=self.device)

    def _alpha(self, count):
        if self.draws is None:
            return torch.rand((count, 1, 1, 1), device=self.device)
        return torch.tensor(self.draws.alpha(count).numpy(), device=self.device)

    def update_critic(self, real):
        with torch.no_grad():
            fake = self.generator(self._z(len(real)))
        values = self.critic(torch.cat([real, fake]))
        estimate = values[: len(real)].mean() - values[len(real) :].mean()
        some_real, some_fake = real[:: self.gp_every], fake[:: self.gp_every]
        alpha = self._alpha(len(some_real))
        between = (alpha * some_real + (1 - alpha) * some_fake).requires_grad_()
        (slopes,) = torch.autograd.grad(self.critic(between).sum(), between, create_graph=True)
        penalty = ((slopes.square().sum((1, 2, 3)).sqrt() - 1) ** 2).mean()
        loss = -estimate + self.gp_weight * penalty
        self._apply(self.optimizers[1], torch.autograd.grad(loss, list(self.critic.parameters())))

    def update_generator(self, count):
        loss = -self.critic(self.generator(self._z(count))).mean()
        self._apply(self.optimizers[0], torch.autograd.grad(loss, list(self.generator.parameters())))

    def update(self, images):
        for round_ in range(self.n_critic):
            self.update_critic(images[round_ :: self.n_critic])
        self.update_generator(len(images) // self.n_critic)

    def run(self, images, steps):
        """`steps` steps on the same images, as TensorFlow has them: (n_critic · batch, height, width, channels)."""
        images = torch.tensor(images.numpy().transpose(0, 3, 1, 2).copy(), device=self.device)
        for _ in range(steps):
            self.update(images)
        if self.device != "cpu":
            torch.cuda.synchronize()
