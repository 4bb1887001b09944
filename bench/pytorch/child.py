"""PyTorch as a contender of `deno task bench`: a process that takes its thread counts from the environment.

Uses the protocol of bench/protocol.ts: one line of JSON in, one out.
  probe                                         PyTorch's version, its BLAS, and the speed of a product
  open   {name, spec, state, data, batch, ...}  loads a model and answers with the loss of its first step (with `encodes` the mean
                                                of the first batch's latents, and steps encode); several may be open
  block  {name, ms}                             steps for about so long
  close  {name}                                 frees the model
  train  {name, steps, lr, path}                steps on the inputs in their order, then writes parameters and buffers
  exit
"""
import json, os, resource, signal, struct, sys, time
import numpy as np
import torch
from steps import TRAINERS

device = "cuda" if torch.cuda.is_available() else "cpu"
torch.manual_seed(0)
signal.signal(signal.SIGINT, signal.SIG_IGN)  # the bench ends it


def read_arrays(path):
    """The arrays of a safetensors file of float32, and how many steps their model has taken."""
    raw = open(path, "rb").read()
    (length,) = struct.unpack("<Q", raw[:8])
    header, start = json.loads(raw[8:8 + length]), 8 + length
    step = int(header.pop("__metadata__")["step"])
    return {name: torch.from_numpy(np.frombuffer(
        raw, np.float32, (entry["data_offsets"][1] - entry["data_offsets"][0]) // 4, start + entry["data_offsets"][0]
    ).reshape(entry["shape"]).copy()) for name, entry in header.items()}, step


def write_arrays(path, arrays, step):
    """The same, the other way."""
    header, end, chunks = {"__metadata__": {"step": str(step)}}, 0, []
    for name, value in arrays.items():
        chunk = value.detach().cpu().contiguous().numpy().tobytes()
        header[name] = {"dtype": "F32", "shape": list(value.shape), "data_offsets": [end, end + len(chunk)]}
        end += len(chunk)
        chunks.append(chunk)
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(chunks))


def blas_name():
    """The library behind matrix products, as far as it is known."""
    if device == "cuda":
        return "cuBLAS"
    if torch.backends.mkl.is_available():
        return "MKL"
    try:
        paths = {line.split()[-1].lower() for line in open("/proc/self/maps") if "blas" in line or "blis" in line}
    except OSError:
        return "an unknown BLAS"
    generic = {path for path in paths if os.path.basename(path).startswith("libblas.")}  # where one can be exchanged
    for part, name in (("openblas", "OpenBLAS"), ("blis", "BLIS"), ("atlas", "ATLAS")):
        if any(part in path for path in generic or paths):
            return name
    return "the reference BLAS" if generic else "an unknown BLAS"


def gflops():
    """GFLOP/s of a float32 product of 768³, the best of some."""
    a, b, best = torch.rand(768, 768, device=device), torch.rand(768, 768, device=device), float("inf")
    for _ in range(6):
        started = time.perf_counter()
        a @ b
        settle()
        best = min(best, time.perf_counter() - started)
    return 2 * 768**3 / best / 1e9


def settle():
    if device == "cuda":
        torch.cuda.synchronize()


class Run:
    """A model, its data and the order in which it sees them."""

    def __init__(self, spec, state, data, batch, lr, weight, form=None, encodes=False):
        kind = np.uint8 if data["isBytes"] else np.float32
        values = torch.from_numpy(np.fromfile(data["path"], kind).reshape(data["count"], -1))
        self.x = (values.float().div(255) if data["isBytes"] else values).to(device)
        self.batch, self.lr, self.weight, self.spec, self.encodes = batch, lr, weight, spec, encodes
        self.arrays, self.first_step = read_arrays(state)
        self.order, self.cursor = torch.arange(len(self.x), device=device), 0
        self.forms = {}
        if form is None:
            form = self.fastest()
        self.form = form
        self.trainer = self.new_trainer(form)

    def new_trainer(self, form):
        trainer = TRAINERS[self.spec["sparsity"]](self.spec, self.arrays, device)
        trainer.form, trainer.step_count = form, self.first_step
        return trainer

    def fastest(self):
        """The form whose step takes least time, each tried for a few steps."""
        forms = TRAINERS[self.spec["sparsity"]].FORMS
        if len(forms) == 1 or self.encodes:
            return forms[0]
        for form in forms:
            self.trainer = self.new_trainer(form)
            self.step()
            settle()
            times, began = [], time.perf_counter()
            while len(times) < 2 or time.perf_counter() - began < 0.15:
                started = time.perf_counter()
                self.step()
                settle()
                times.append(time.perf_counter() - started)
            self.forms[form] = min(times) * 1e3
        return min(self.forms, key=self.forms.get)

    def step(self, lr=None):
        if self.cursor + self.batch > len(self.order):
            self.order, self.cursor = torch.randperm(len(self.x), device=device), 0
        x = self.x[self.order[self.cursor:self.cursor + self.batch]]
        self.cursor += self.batch
        if self.encodes:
            return self.trainer.encode(x)
        return self.trainer.step(x, self.lr if lr is None else lr, self.weight)

    def in_order(self):
        self.order, self.cursor = torch.arange(len(self.x), device=device), 0


def say(**answer):
    print(json.dumps(answer), flush=True)


runs = {}
for line in sys.stdin:
    options = json.loads(line)
    command, name = options.pop("command"), options.pop("name", None)
    if command == "probe":
        say(version=torch.__version__.split("+")[0], file=torch.__file__, blas=blas_name(), device=device, gflops=gflops())
    elif command == "open":
        run = runs[name] = Run(**options)
        run.in_order()
        loss = run.step(lr=0.0).item()
        for _ in range(2):
            run.step()
        settle()
        say(loss=loss, form=run.form, forms=run.forms)
    elif command == "block":
        run, limit, n, t = runs[name], options["ms"] / 1e3, 0, time.perf_counter()
        while n < 1 or time.perf_counter() - t < limit:
            run.step()
            n += 1
        settle()
        say(msPerStep=(time.perf_counter() - t) / n * 1e3, steps=n)
    elif command == "close":
        run = runs.pop(name) and None
        say()
    elif command == "train":
        run = runs[name]
        run.trainer = run.new_trainer(run.form)
        run.in_order()
        losses = [run.step(options["lr"]).item() for _ in range(options["steps"])]
        write_arrays(options["path"], run.trainer.state(), run.trainer.step_count)
        say(losses=losses)
    else:
        break
say(peakBytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024))
