#!/usr/bin/env python3
"""Training samples a second on one GPU: clvae beside plain PyTorch, and beside PyTorch with a whole
step captured in one CUDA graph; all in one run.

    tests/benchmarks/gpu.py data FOLDER        # noise with a bar whose place tells the class
    tests/benchmarks/gpu.py table PROGRAM FOLDER [--networks mnist,cifar10] [--seconds 1]

PROGRAM is a clvae that was built with a LibTorch for CUDA; PyTorch is the one of this Python.
"""

import argparse
import json
import pathlib
import struct
import subprocess
import sys
import time

import torch
import torch.nn.functional as functional

BATCH = 128
CLASSES = 9
SAMPLES = 60000
ALPHA = 1 / 6
CONFIGS = pathlib.Path(__file__).resolve().parents[2] / "configs"

# Channels, side, latent dimensions, and the encoder's convolutions as (channels, stride).
NETWORKS = {
    "mnist": (1, 28, 2, [(32, 2), (64, 2)]),
    "fashion_mnist": (1, 28, 3, [(16, 1), (32, 2), (64, 2)]),
    "cifar10": (3, 32, 3, [(64, 2), (128, 2), (256, 2)]),
}
PRECISIONS = ("float32", "tf32", "bfloat16")


def write_idx(path, values):
    """An IDX file of bytes."""
    sizes = values.shape
    path.write_bytes(struct.pack(f">HBB{len(sizes)}I", 0, 8, len(sizes), *sizes) +
                     values.numpy().tobytes())


def images_of(labels, channels, side):
    """Noise with a bright bar whose place tells the class. [n, channels, side, side]"""
    images = torch.randint(0, 100, (len(labels), channels, side, side), dtype=torch.uint8)
    for label in range(10):
        images[labels == label, :, 2 * label:2 * label + 3, :] += 150
    return images


def make_data(folder):
    """Files in the formats of the three datasets."""
    torch.manual_seed(1)
    for name in ("mnist", "fashion_mnist"):
        (folder / name).mkdir(parents=True)
        for part, count in (("train", SAMPLES), ("t10k", 10000)):
            labels = torch.arange(count).remainder(10).to(torch.uint8)
            write_idx(folder / name / f"{part}-images-idx3-ubyte", images_of(labels, 1, 28)[:, 0])
            write_idx(folder / name / f"{part}-labels-idx1-ubyte", labels)
    (folder / "cifar10").mkdir()
    for name in [f"data_batch_{i}" for i in range(1, 6)] + ["test_batch"]:
        labels = torch.arange(10000).remainder(10).to(torch.uint8)
        records = torch.cat([labels[:, None], images_of(labels, 3, 32).flatten(1)], 1)
        (folder / "cifar10" / f"{name}.bin").write_bytes(records.numpy().tobytes())


class Member:
    """A CL-VAE with its optimiser, and samples on the device."""

    def __init__(self, network, precision, device):
        self.network = network
        self.type = torch.bfloat16 if precision == "bfloat16" else torch.float32
        channels, side, latent, _ = NETWORKS[network]
        self.parameters = self.fresh_parameters(device)
        self.pixels = torch.randint(0, 256, (SAMPLES, side, side, channels), dtype=torch.uint8,
                                    device=device)
        self.labels = torch.randint(0, CLASSES, (SAMPLES,), device=device)
        self.centres = 3 * torch.randn(CLASSES, latent, device=device)
        self.order = torch.randperm(SAMPLES, device=device)
        self.at = torch.zeros((), dtype=torch.long, device=device)
        self.places = torch.arange(BATCH, device=device)
        self.latent = latent
        self.device = device
        is_cuda = device.type == "cuda"
        self.optimizer = torch.optim.Adam(self.parameters, lr=1e-6, capturable=is_cuda)

    def fresh_parameters(self, device):
        channels, side, latent, convolutions = NETWORKS[self.network]
        shapes = []
        before, size = channels, side
        for after, stride in convolutions:
            shapes += [(after, before, 3, 3), (after,)]
            before, size = after, size // stride
        units = before * size * size
        shapes += [(16, units), (16,), (latent, 16), (latent,), (latent, 16), (latent,)]
        shapes += [(units, latent), (units,)]
        for after, _ in reversed(convolutions):
            shapes += [(before, after, 3, 3), (after,)]
            before = after
        shapes += [(before, channels, 3, 3), (channels,)]
        made = []
        for shape in shapes:
            values = torch.randn(shape) / torch.tensor(shape[1:]).prod().sqrt() \
                if len(shape) > 1 else torch.zeros(shape)
            values = values.to(device)
            if values.dim() == 4:
                values = values.contiguous(memory_format=torch.channels_last)
            made.append(values.requires_grad_())
        return made

    def loss(self, images, centres, noise):
        _, _, _, convolutions = NETWORKS[self.network]
        left = iter([values.to(self.type) for values in self.parameters])
        maps = images
        for _, stride in convolutions:
            maps = functional.relu(functional.conv2d(maps, next(left), next(left), stride, 1))
        channels, side = maps.shape[1:3]
        units = functional.relu(functional.linear(maps.flatten(1), next(left), next(left)))
        mean = functional.linear(units, next(left), next(left)).float()
        log_variance = functional.linear(units, next(left), next(left)).float()
        latents = (mean + torch.exp(log_variance / 2) * noise).to(self.type)
        maps = functional.relu(functional.linear(latents, next(left), next(left)))
        maps = maps.view(-1, channels, side, side).contiguous(memory_format=torch.channels_last)
        for _, stride in reversed(convolutions):
            maps = functional.relu(functional.conv_transpose2d(
                maps, next(left), next(left), stride, 1, stride - 1))
        decoded = functional.conv_transpose2d(maps, next(left), next(left), 1, 1)
        error = (torch.sigmoid(decoded.float()) - images.float()).square().mean()
        prior = -0.5 * (1 + log_variance - log_variance.exp() - (mean - centres).square()).sum(1)
        return ALPHA * error + (1 - ALPHA) * prior.mean()

    def step(self):
        chosen = self.order.index_select(0, self.at + self.places)
        images = self.pixels.index_select(0, chosen).permute(0, 3, 1, 2).to(self.type) / 255
        centres = self.centres.index_select(0, self.labels.index_select(0, chosen))
        loss = self.loss(images, centres, torch.randn(BATCH, self.latent, device=self.device))
        loss.backward()
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=False)
        self.at.add_(BATCH).remainder_(SAMPLES - BATCH)


def samples_a_second(step, device, seconds):
    """Of a step that trains on a batch."""
    def wait():
        if device.type == "cuda":
            torch.cuda.synchronize()
    for _ in range(3):
        step()
    wait()
    steps, began = 0, time.perf_counter()
    while True:
        for _ in range(8):
            step()
        steps += 8
        wait()
        if time.perf_counter() - began > seconds:
            return steps * BATCH / (time.perf_counter() - began)


def use(precision):
    torch.backends.cuda.matmul.allow_tf32 = precision == "tf32"
    torch.backends.cudnn.allow_tf32 = precision == "tf32"


def eager(network, device, seconds):
    use("float32")
    return samples_a_second(Member(network, "float32", device).step, device, seconds)


def one_graph(network, precision, device, seconds):
    use(precision)
    member = Member(network, precision, device)
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(3):
            member.step()
    torch.cuda.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph, stream=stream):
        member.step()
    return samples_a_second(graph.replay, device, seconds)


def clvae(arguments, network, precision, data):
    """What clvae benchmark says of the CL-VAE: samples a second, and members at a time."""
    settings = {"dataset.path": data / network, "ensemble.methods": "[clvae]",
                "ensemble.size": arguments.members, "training.precision": precision,
                "training.device": arguments.device}
    command = [arguments.program, "benchmark", CONFIGS / f"{network}.yaml", "--json",
               "--seconds", str(arguments.seconds), "--output", data / "no_run"]
    for key, value in settings.items():
        command += ["--set", f"{key}={value}"]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    pace = json.loads(told)["ranks"][0]["kinds"]["clvae"]
    return pace["trained_per_second"], pace["lanes"]


def report(arguments, data):
    device = torch.device(arguments.device)
    is_cuda = device.type == "cuda"
    print(f"PyTorch {torch.__version__}, {torch.cuda.get_device_name() if is_cuda else 'CPU'}; "
          "training samples a second, and how often as many as PyTorch eager in float32")
    print(f"{'network':<14} {'precision':<9} {'eager':>9} {'one graph':>17} "
          f"{'clvae':>17} {'members at a time':>18}")
    for network in arguments.networks.split(","):
        slow = eager(network, device, arguments.seconds)
        for precision in PRECISIONS if is_cuda else PRECISIONS[:1]:
            graph = "-"
            if is_cuda:
                rate = one_graph(network, precision, device, arguments.seconds)
                graph = f"{rate:,.0f} ({rate / slow:.1f})"
                torch.cuda.empty_cache()  # for clvae
            rate, lanes = clvae(arguments, network, precision, data)
            plain = f"{slow:,.0f}" if precision == "float32" else ""
            print(f"{network:<14} {precision:<9} {plain:>9} {graph:>17} "
                  f"{f'{rate:,.0f} ({rate / slow:.1f})':>17} {lanes:>18}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    data = commands.add_parser("data", help="write files to train on")
    data.add_argument("folder", type=pathlib.Path, help="that is not there yet")
    table = commands.add_parser("table", help="measure, and print the table")
    table.add_argument("program", help="a clvae with CUDA")
    table.add_argument("folder", type=pathlib.Path, help="what `data` wrote")
    table.add_argument("--networks", default=",".join(NETWORKS), help="[all]")
    table.add_argument("--seconds", type=float, default=1, help="of each measurement [1]")
    table.add_argument("--members", type=int, default=16, help="of the ensemble [16]")
    table.add_argument("--device", default="cuda", choices=("cuda", "cpu"),
                       help="cpu: to try this script [cuda]")
    arguments = parser.parse_args()
    if arguments.command == "data":
        make_data(arguments.folder)
        return
    if arguments.device == "cuda" and not torch.cuda.is_available():
        sys.exit("PyTorch sees no GPU here")
    report(arguments, arguments.folder)


if __name__ == "__main__":
    main()
