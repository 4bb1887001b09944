#!/usr/bin/env python3
"""Runs an exported folder with SAELens' equations in numpy, on rows as they are in the data, and compares the latents.

  deno task export <run> --out my-sae
  deno task encode <run> --data x.npy --out codes.npy
  python3 bench/check_exported.py my-sae x.npy codes.npy [recon.npy]

Needs numpy alone: the files are read by their layouts. SAELens itself is not loaded; its equations are those of
sae_lens/saes/ in version 6.49, in float64. A folder of --format safetensors or npz is read as well. recon.npy holds the
reconstructions in the units of the data, if they are to be compared too. Exits with 1 if a number differs by more than
2e-6 of the largest one.
"""
import json, pathlib, struct, sys
import numpy as np

# An engine sums in float32. Against the library's own inference, which sums in float64, the tests ask for 1e-6.
TOLERANCE = 2e-6

TENSORS = {
    "standard": {"W_enc", "b_enc", "W_dec", "b_dec"},
    "topk": {"W_enc", "b_enc", "W_dec", "b_dec"},
    "jumprelu": {"W_enc", "b_enc", "threshold", "W_dec", "b_dec"},
    "gated": {"W_enc", "b_gate", "b_mag", "r_mag", "W_dec", "b_dec"},
}


def safetensors(path):
    raw = path.read_bytes()
    length, = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8:8 + length])
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        assert entry["dtype"] == "F32", f"{name} has dtype {entry['dtype']}"
        start, end = (8 + length + offset for offset in entry["data_offsets"])
        tensors[name] = np.frombuffer(raw[start:end], "<f4").reshape(entry["shape"]).astype(np.float64)
    return tensors


def load(folder):
    """The settings and the tensors of a folder, and no tensor more or less than the architecture has."""
    if (folder / "cfg.json").exists():
        config, tensors = json.loads((folder / "cfg.json").read_text()), safetensors(folder / "sae_weights.safetensors")
        version = config["metadata"]["sae_lens_version"]
        assert int(version.split(".")[0]) >= 6, f"SAELens takes {version} for an older layout"
        assert config["reshape_activations"] == "none" and config["dtype"] == "float32"
        assert not config.get("rescale_acts_by_decoder_norm", False)
    else:
        config = json.loads((folder / "dictionary.json").read_text())
        path = folder / "dictionary.npz"
        if path.exists():
            tensors = {name: values.astype(np.float64) for name, values in np.load(path).items()}
        else:
            tensors = safetensors(folder / "dictionary.safetensors")
        tensors.pop("density", None)
    assert set(tensors) == TENSORS[config["architecture"]], sorted(tensors)
    d, n = config["d_in"], config["d_sae"]
    for name, values in tensors.items():
        assert values.shape == {"W_enc": (d, n), "W_dec": (n, d), "b_dec": (d,)}.get(name, (n,)), name
    return config, tensors


def run(x, config, t):
    """Latents and reconstructions of rows, [n, F] and [n, d]."""
    normalize = config["normalize_activations"]
    if normalize == "constant_norm_rescale":
        coefficient = np.sqrt(x.shape[1]) / np.linalg.norm(x, axis=1, keepdims=True)
        x = x * coefficient
    elif normalize == "layer_norm":
        mean, std = x.mean(1, keepdims=True), x.std(1, ddof=1, keepdims=True)
        x = (x - mean) / (std + 1e-5)
    else:
        assert normalize == "none", normalize
    u = (x - t["b_dec"] * config["apply_b_dec_to_input"]) @ t["W_enc"]
    relu = lambda values: np.maximum(values, 0)
    if config["architecture"] == "gated":
        f = (u + t["b_gate"] > 0) * relu(u * np.exp(t["r_mag"]) + t["b_mag"])
    else:
        a = u + t["b_enc"]
        if config["architecture"] == "standard":
            f = relu(a)
        elif config["architecture"] == "topk":
            f = np.zeros_like(a)
            chosen = np.argpartition(-a, config["k"] - 1, axis=1)[:, :config["k"]]
            np.put_along_axis(f, chosen, relu(np.take_along_axis(a, chosen, 1)), 1)
        else:
            f = relu(a) * (a > relu(t["threshold"]))
    recon = f @ t["W_dec"] + t["b_dec"]
    if normalize == "constant_norm_rescale":
        recon = recon / coefficient
    if normalize == "layer_norm":
        recon = recon * std + mean
    return f, recon


def values_of(path):
    """Rows as float64; a byte counts as byte / 255."""
    values = np.load(path)
    rows = values.reshape(len(values), -1).astype(np.float64)
    return rows / 255 if values.dtype == np.uint8 else rows


def main():
    if len(sys.argv) not in (4, 5):
        sys.exit(__doc__)
    config, tensors = load(pathlib.Path(sys.argv[1]))
    latents, recon = run(values_of(sys.argv[2]), config, tensors)
    worst = 0
    compared = [("latents", latents, sys.argv[3])] + [("reconstructions", recon, path) for path in sys.argv[4:]]
    for name, theirs, path in compared:
        own = np.load(path).astype(np.float64)
        assert own.shape == theirs.shape, f"{path} has shape {own.shape}, expected {theirs.shape}"
        difference = np.abs(own - theirs).max() / np.abs(theirs).max()
        print(f"{config['architecture']}: {name} of {len(own)} rows differ by at most {difference:.1e} of the largest")
        worst = max(worst, difference)
    print(f"{(latents > 0).sum(1).mean():.1f} of {latents.shape[1]} latents are active per row")
    sys.exit(int(worst > TOLERANCE))


main()
