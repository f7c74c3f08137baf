#!/usr/bin/python3
"""Prints the learning rates of PyTorch's OneCycleLR that tests/train/learning_rate_test.cpp expects.

    /usr/bin/python3 tests/golden/one_cycle.py     # needs python3-torch
"""

import torch

for steps in (10, 100):
    optimizer = torch.optim.Adam([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=6e-3, total_steps=steps)
    rates = []
    for _ in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step() if len(rates) < steps else None
    chosen = range(steps) if steps == 10 else (0, 1, 14, 28, 29, 30, 64, 98, 99)
    for step in chosen:
        print(f"{{{step}, {steps}, {rates[step]!r}}},")
