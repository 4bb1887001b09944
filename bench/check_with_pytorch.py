#!/usr/bin/env python3
"""Loads a run's weights into PyTorch, strictly, and compares metrics on MNIST's test images with run.json.

  python3 -m venv ~/sae-check && ~/sae-check/bin/pip install torch numpy safetensors
  ~/sae-check/bin/python bench/check_with_pytorch.py reports/<run-id> <folder of MNIST's IDX files>

The module is the one of docs/pytorch.md, executed as it stands there, so that the document stays true. A model of the
tutorial's shape is loaded into the tutorial's own Autoencoder as well. Run by hand: PyTorch is no dependency of this
project. Exits with 1 if a metric differs by more than 1e-5 of itself.
"""
import gzip, json, pathlib, re, struct, sys
import numpy as np
import torch
import torch.nn as nn


class Autoencoder(nn.Module):  # as in the tutorial
    def __init__(self, input_dim=784, hidden_dim=128, latent_dim=32):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Linear(input_dim, hidden_dim), nn.ReLU(), nn.Linear(hidden_dim, latent_dim), nn.Sigmoid())
        self.decoder = nn.Sequential(
            nn.Linear(latent_dim, hidden_dim), nn.ReLU(), nn.Linear(hidden_dim, input_dim), nn.Sigmoid())

    def forward(self, x):
        z = self.encoder(x)
        return self.decoder(z), z


def documented():
    """The names that docs/pytorch.md defines."""
    text = (pathlib.Path(__file__).parent.parent / "docs" / "pytorch.md").read_text()
    code = next(block for block in re.findall(r"```python\n(.*?)```", text, re.S) if "def load_sae" in block)
    names = {}
    exec(code, names)
    return names


def images(folder):
    path = pathlib.Path(folder) / "t10k-images-idx3-ubyte.gz"
    raw = gzip.open(path).read()
    _, n, height, width = struct.unpack(">4I", raw[:16])
    return torch.from_numpy(np.frombuffer(raw, np.uint8, offset=16).reshape(n, height * width).copy()).float().div(255)


def compare(title, model, x, report):
    """Prints each metric beside ours; returns the largest relative difference."""
    config, own = report["config"], report["metrics"]["test"]
    with torch.no_grad():
        recon, acts = model(x)
    mean_acts = acts.double().mean(0)
    theirs = {
        "mse": ((recon - x).double() ** 2).mean().item(),
        "meanActivation": mean_acts.mean().item(),
        "activeLatents": (acts > (0.1 if config["sparsity"] == "kl" else 0)).sum(1).double().mean().item(),
    }
    if config["sparsity"] == "kl":
        rho = config["rho"]
        theirs["klNats"] = (rho * torch.log(rho / mean_acts) +
                            (1 - rho) * torch.log((1 - rho) / (1 - mean_acts))).sum().item()
    print(title)
    for name, value in theirs.items():
        difference = abs(own[name] - value) / value
        print(f"  {name:15} ours {own[name]:.9f}  PyTorch {value:.9f}  relative difference {difference:.1e}")
        yield difference


if len(sys.argv) != 3:
    sys.exit(__doc__)
run, data = sys.argv[1:]
report = json.load(open(f"{run}/run.json"))
if report["dataset"]["name"] != "mnist":
    sys.exit(f"Cannot check {run}: it was trained on {report['dataset']['name']}, expected a run on MNIST")
x = images(data)
path = f"{run}/model.safetensors"
worst = list(compare("the module of docs/pytorch.md", documented()["load_sae"](path), x, report))
if [(layer["dOut"], layer["activation"]) for layer in report["model"]["layers"]] == [
        (128, "relu"), (32, "sigmoid"), (128, "relu"), (784, "sigmoid")]:
    from safetensors.torch import load_file
    tutorial = Autoencoder()
    tutorial.load_state_dict(load_file(path))
    worst += compare("the tutorial's Autoencoder", tutorial, x, report)
sys.exit(max(worst) > 1e-5)
