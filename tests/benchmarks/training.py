#!/usr/bin/python3
"""Training throughput of one core, clvae beside plain PyTorch, in one run.

Both train the same CL-VAE with batches of 128 on images of random bytes that lie in memory, one
thread each, in float32 and in bfloat16 (where the processor has it). The PyTorch side is what a
competent user writes: resident tensors, no DataLoader, nn.ConvTranspose2d, torch.optim.Adam, and
torch.autocast around forward pass and loss for bfloat16. All take turns. Each turn's ratios are
printed, then the median, the smallest and the largest of all: to PyTorch's float32, and of our
bfloat16 to our float32.

    apt-get install python3-torch
    /usr/bin/python3 tests/benchmarks/training.py build/tests/tests/benchmarks/training_throughput
"""

import argparse
import json
import statistics
import subprocess
import sys
import time

NETWORKS = {
    # image (channels, size), latent dimension, convolutions (channels, stride)
    "mnist": ((1, 28), 2, [(32, 2), (64, 2)]),
    "fashion_mnist": ((1, 28), 3, [(16, 1), (32, 2), (64, 2)]),
    "cifar10": ((3, 32), 3, [(64, 2), (128, 2), (256, 2)]),
}
BATCH = 128
ENCODING_BATCH = 256
ALPHA = 1 / 6

PRECISIONS = ("float32", "bfloat16")
REFERENCE = ("PyTorch", "float32")


def pytorch_rates(network, precision, batches):
    """Samples a second in training, and in float32 also of encoding, and of encoding and decoding."""
    import contextlib

    import torch
    from torch import nn

    torch.set_num_threads(1)
    torch.manual_seed(1)
    (channels, size), latent, convolutions = NETWORKS[network]
    encoder, inputs, side = [], channels, size
    for outputs, stride in convolutions:
        encoder += [nn.Conv2d(inputs, outputs, 3, stride, 1), nn.ReLU()]
        inputs, side = outputs, side // stride
    features = inputs * side * side
    encoder += [nn.Flatten(), nn.Linear(features, 16), nn.ReLU()]
    decoder = [nn.Linear(latent, features), nn.ReLU(), nn.Unflatten(1, (inputs, side, side))]
    for outputs, stride in reversed(convolutions):
        decoder += [nn.ConvTranspose2d(inputs, outputs, 3, stride, 1, stride - 1), nn.ReLU()]
        inputs = outputs
    decoder += [nn.ConvTranspose2d(inputs, channels, 3, 1, 1), nn.Sigmoid()]
    encoder, decoder = nn.Sequential(*encoder), nn.Sequential(*decoder)
    mean, log_variance = nn.Linear(16, latent), nn.Linear(16, latent)
    parameters = [p for part in (encoder, decoder, mean, log_variance) for p in part.parameters()]
    optimizer = torch.optim.Adam(parameters, lr=1e-3)

    def computing():
        if precision == "float32":
            return contextlib.nullcontext()
        return torch.autocast("cpu", dtype=torch.bfloat16)

    samples = batches * BATCH
    pixels = torch.randint(0, 256, (samples, channels, size, size)).float() / 255
    centres = torch.randn(samples, latent) * 3

    def epoch():
        order = torch.randperm(samples)
        for indices in order.split(BATCH):
            images = pixels[indices]
            with computing():
                hidden = encoder(images)
                mu, log_var = mean(hidden).float(), log_variance(hidden).float()
                z = mu + torch.exp(0.5 * log_var) * torch.randn_like(mu)
                reconstruction = (decoder(z).float() - images).square().mean()
                prior = -0.5 * (1 + log_var - log_var.exp() - (mu - centres[indices]) ** 2)
                loss = ALPHA * reconstruction + (1 - ALPHA) * prior.sum(1).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

    def encode(decodes):
        with torch.no_grad():
            for images in pixels.split(ENCODING_BATCH):
                latents = mean(encoder(images))
                if decodes:
                    (decoder(latents) - images).square().mean((1, 2, 3))

    def rate_of(work):
        work()
        started = time.perf_counter()
        work()
        return samples / (time.perf_counter() - started)

    rates = {"samples_per_second": rate_of(epoch)}
    if precision == "float32":
        rates["encoded_per_second"] = rate_of(lambda: encode(False))
        rates["scored_per_second"] = rate_of(lambda: encode(True))
    return rates


def child(command):
    result = subprocess.run(command, check=False, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            universal_newlines=True)
    if result.returncode != 0:
        raise RuntimeError(result.stderr.strip().splitlines()[-1])
    return json.loads(result.stdout)


def measure(side, precision, network, batches, program):
    if side == "clvae":
        return child([program, network, precision, str(batches)])
    return child([sys.executable, __file__, program, "--pytorch-alone", precision, "--networks",
                  network, "--batches", str(batches)])


def precisions_here():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        return PRECISIONS if "avx512_bf16" in file.read().split() else PRECISIONS[:1]


def spread(values):
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


def compare(network, batches, turns, program):
    rows = [(side, precision) for side in ("PyTorch", "clvae") for precision in precisions_here()]
    rates = {row: [] for row in rows}
    for turn in range(turns):
        for row in list(rates):
            try:
                measured = measure(*row, network, batches, program)
                rates[row].append(measured["samples_per_second"])
            except RuntimeError as error:
                print(f"{network}: {' '.join(row)} can't be measured: {error}", flush=True)
                del rates[row]
        print(f"{network}, turn {turn + 1}: " + "; ".join(
            f"{' '.join(row)} {values[-1]:.0f} samples/s, {values[-1] / rates[REFERENCE][-1]:.2f}"
            for row, values in rates.items()), flush=True)
    for row, values in rates.items():
        ratios = [rate / base for rate, base in zip(values, rates[REFERENCE])]
        print(f"{network}: {' '.join(row)}: {statistics.median(values):.0f} samples/s, "
              f"{spread(ratios)} of PyTorch float32")
    narrow, wide = rates.get(("clvae", "bfloat16")), rates[("clvae", "float32")]
    if narrow:
        print(f"{network}: clvae bfloat16: "
              f"{spread([rate / base for rate, base in zip(narrow, wide)])} of clvae float32",
              flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("program", help="training_throughput, as built")
    parser.add_argument("--networks", nargs="+", default=list(NETWORKS), choices=list(NETWORKS))
    parser.add_argument("--batches", type=int, default=40, help="of 128 samples, in each turn")
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--pytorch-alone", choices=PRECISIONS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.pytorch_alone:
        print(json.dumps(pytorch_rates(arguments.networks[0], arguments.pytorch_alone,
                                       arguments.batches)))
        return
    for network in arguments.networks:
        # A CIFAR-10 step costs nine times an MNIST step.
        batches = max(4, arguments.batches // (4 if network == "cifar10" else 1))
        compare(network, batches, arguments.turns, arguments.program)


if __name__ == "__main__":
    main()
