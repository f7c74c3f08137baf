#!/usr/bin/python3
"""Training throughput of one core, clvae beside plain PyTorch, in one run.

Both train the same CL-VAE in float32 with batches of 128 on images of random bytes that lie in
memory, one thread each. The PyTorch side is what a competent user writes: resident tensors, no
DataLoader, nn.ConvTranspose2d, torch.optim.Adam. The two take turns, and the ratio of each turn is
printed, then the median of all.

    apt-get install python3-torch
    /usr/bin/python3 tests/benchmarks/training.py build/tests/benchmarks/training_throughput
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
ALPHA = 1 / 6


def pytorch_rate(network, batches):
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

    samples = batches * BATCH
    pixels = torch.randint(0, 256, (samples, channels, size, size)).float() / 255
    centres = torch.randn(samples, latent) * 3

    def epoch():
        order = torch.randperm(samples)
        for indices in order.split(BATCH):
            images = pixels[indices]
            hidden = encoder(images)
            mu, log_var = mean(hidden), log_variance(hidden)
            z = mu + torch.exp(0.5 * log_var) * torch.randn_like(mu)
            reconstruction = (decoder(z) - images).square().mean()
            prior = -0.5 * (1 + log_var - log_var.exp() - (mu - centres[indices]) ** 2)
            loss = ALPHA * reconstruction + (1 - ALPHA) * prior.sum(1).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

    epoch()
    started = time.perf_counter()
    epoch()
    return samples / (time.perf_counter() - started)


def child(command):
    result = subprocess.run(command, check=True, stdout=subprocess.PIPE, universal_newlines=True)
    return json.loads(result.stdout)["samples_per_second"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program", help="training_throughput, as built")
    parser.add_argument("--networks", nargs="+", default=list(NETWORKS), choices=list(NETWORKS))
    parser.add_argument("--batches", type=int, default=40, help="of 128 samples, in each turn")
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--pytorch-alone", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.pytorch_alone:
        rate = pytorch_rate(arguments.pytorch_alone, arguments.batches)
        print(json.dumps({"samples_per_second": rate}))
        return
    for network in arguments.networks:
        ratios, ours, theirs = [], [], []
        # A CIFAR-10 step costs nine times an MNIST step.
        batches = max(4, arguments.batches // (4 if network == "cifar10" else 1))
        for _ in range(arguments.turns):
            theirs.append(child([sys.executable, __file__, arguments.program, "--pytorch-alone",
                                 network, "--batches", str(batches)]))
            ours.append(child([arguments.program, network, str(batches)]))
            ratios.append(ours[-1] / theirs[-1])
            print(f"{network}: PyTorch {theirs[-1]:.0f}, clvae {ours[-1]:.0f} samples/s, "
                  f"ratio {ratios[-1]:.2f}", flush=True)
        print(f"{network}: median ratio {statistics.median(ratios):.2f} "
              f"(min {min(ratios):.2f}, max {max(ratios):.2f}); "
              f"PyTorch {statistics.median(theirs):.0f}, clvae {statistics.median(ours):.0f} "
              "samples/s")


if __name__ == "__main__":
    main()
