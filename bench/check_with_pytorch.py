#!/usr/bin/env python3
"""Loads a run's weights into the seed document's PyTorch model and compares the metrics with run.json.

  apt-get install -y --no-install-recommends python3-torch python3-numpy
  /usr/bin/python3 bench/check_with_pytorch.py reports/<run-id> <folder of MNIST's IDX files>

Run by hand: PyTorch is no dependency of this project. Exits with 1 where a metric differs by more than 1e-5 of itself.
"""
import gzip, json, struct, sys
import numpy as np
import torch
import torch.nn as nn


class Autoencoder(nn.Module):  # as in the seed document
    def __init__(self, input_dim=784, hidden_dim=128, latent_dim=32):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Linear(input_dim, hidden_dim), nn.ReLU(), nn.Linear(hidden_dim, latent_dim), nn.Sigmoid())
        self.decoder = nn.Sequential(
            nn.Linear(latent_dim, hidden_dim), nn.ReLU(), nn.Linear(hidden_dim, input_dim), nn.Sigmoid())

    def forward(self, x):
        z = self.encoder(x)
        return self.decoder(z), z


def load_safetensors(path):
    """The same as safetensors.torch.load_file, for machines without that package."""
    raw = open(path, "rb").read()
    (n,) = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8:8 + n])
    header.pop("__metadata__", None)
    return {name: torch.from_numpy(np.frombuffer(raw, np.float32, (e["data_offsets"][1] - e["data_offsets"][0]) // 4,
                                                 8 + n + e["data_offsets"][0]).reshape(e["shape"]).copy())
            for name, e in header.items()}


def images(path):
    raw = gzip.open(path).read()
    return torch.from_numpy(np.frombuffer(raw, np.uint8, offset=16).reshape(-1, 784).copy()).float().div(255)


run, data = sys.argv[1:]
model = Autoencoder()
model.load_state_dict(load_safetensors(f"{run}/model.safetensors"))
report = json.load(open(f"{run}/run.json"))
with torch.no_grad():
    x = images(f"{data}/t10k-images-idx3-ubyte.gz")
    out, z = model(x)
    rho, rho_hat = report["config"]["rho"], z.double().mean(0)
    theirs = {
        "mse": ((out - x).double() ** 2).mean().item(),
        "klNats": (rho * torch.log(rho / rho_hat) + (1 - rho) * torch.log((1 - rho) / (1 - rho_hat))).sum().item(),
        "meanActivation": rho_hat.mean().item(),
    }
worst = 0
for name, value in theirs.items():
    own = report["metrics"]["test"][name]
    worst = max(worst, abs(own - value) / value)
    print(f"{name:15} ours {own:.9f}  PyTorch {value:.9f}  relative difference {abs(own - value) / value:.1e}")
sys.exit(worst > 1e-5)
