"""PyTorch as a contender of `deno task bench`: the same model and batches, on the thread count in OMP_NUM_THREADS.

Speaks the children's protocol (bench/child.ts): one line in, one line of JSON out.
  argv: JSON {pixels, count, dInput, layers: [{dIn, dOut, activation, isPenalized}], batch, rho, beta, latent, k}
With k it is a one-layer TopK dictionary of so many latents, as the usual tools write it, and the rest is not read.
"""
import json, os, resource, sys, time
import numpy as np
import torch
import torch.nn as nn

a = json.loads(sys.argv[1])
threads = int(os.environ.get("OMP_NUM_THREADS", "1"))
torch.set_num_threads(threads)
device = "cuda" if torch.cuda.is_available() else "cpu"
torch.manual_seed(0)
acts = {"relu": nn.ReLU, "sigmoid": nn.Sigmoid}
stages = nn.ModuleList([nn.Sequential(nn.Linear(l["dIn"], l["dOut"]), acts[l["activation"]]()) for l in a["layers"]]).to(device)
images = np.fromfile(a["pixels"], np.uint8).reshape(a["count"], a["dInput"])
x_all = torch.from_numpy(images).float().div(255).to(device)
class TopK(nn.Module):
    """x̂ = f·W_dec + b_dec with f the k largest of (x − b_dec)·W_enc + b_enc, rectified."""

    def __init__(self, d, n, k):
        super().__init__()
        self.k = k
        self.w_dec = nn.Parameter(nn.functional.normalize(torch.randn(n, d), dim=1))
        self.w_enc = nn.Parameter(self.w_dec.detach().t().clone())
        self.b_enc, self.b_dec = nn.Parameter(torch.zeros(n)), nn.Parameter(torch.zeros(d))

    def forward(self, x):
        values, places = ((x - self.b_dec) @ self.w_enc + self.b_enc).topk(self.k, dim=1)
        f = torch.zeros(len(x), len(self.b_enc), device=x.device).scatter(1, places, values.relu())
        return f @ self.w_dec + self.b_dec


topk = TopK(a["dInput"], a["latent"], a["k"]).to(device) if a["k"] else None
adam = torch.optim.Adam((topk or stages).parameters(), lr=1e-3)
mse, rho, batch = nn.MSELoss(), a["rho"], a["batch"]
order, cursor = torch.randperm(len(x_all), device=device), 0


def step():
    global order, cursor
    if cursor >= len(order):
        order, cursor = torch.randperm(len(x_all), device=device), 0
    x = x_all[order[cursor:cursor + batch]]
    cursor += batch
    adam.zero_grad()
    if topk:
        mse(topk(x), x).backward()
        return adam.step()
    out, penalty = x, 0
    for stage, layer in zip(stages, a["layers"]):
        out = stage(out)
        if layer["isPenalized"]:
            r = out.mean(0).clamp(1e-6, 1 - 1e-6)
            penalty = penalty + (rho * torch.log(rho / r) + (1 - rho) * torch.log((1 - rho) / (1 - r))).sum()
    loss = mse(out, x) + a["beta"] * penalty
    loss.backward()
    adam.step()


def settle():
    if device == "cuda":
        torch.cuda.synchronize()


def roofline():
    """GFLOP/s of float32 matrix products in the step's own shapes."""
    best = []
    for layer in a["layers"]:
        p, q = torch.rand(batch, layer["dIn"], device=device), torch.rand(layer["dIn"], layer["dOut"], device=device)
        flop = 2 * batch * layer["dIn"] * layer["dOut"]
        repeats, times = max(1, int(2e8 / flop)), []
        for _ in range(7):
            t = time.perf_counter()
            for _ in range(repeats):
                p @ q
            settle()
            times.append((time.perf_counter() - t) / repeats)
        best.append((flop, min(times)))
    return sum(f for f, _ in best) / sum(t for _, t in best) / 1e9


def say(**row):
    print(json.dumps(row), flush=True)


step()
settle()
say(label=f"PyTorch {torch.__version__}, {device if device == 'cuda' else f'{threads} thread' + 's' * (threads > 1)}")
for line in sys.stdin:
    command, *args = line.split()
    if command == "block":
        limit, n, t = float(args[0]) / 1e3, 0, time.perf_counter()
        while n < 2 or time.perf_counter() - t < limit:
            step()
            n += 1
        settle()
        say(msPerStep=(time.perf_counter() - t) / n * 1e3, steps=n)
    elif command == "epoch":
        order, cursor = torch.randperm(len(x_all), device=device), 0
        t = time.perf_counter()
        while cursor < len(order):
            step()
        settle()
        say(seconds=time.perf_counter() - t)
    elif command == "roofline":
        say(gflops=roofline())
    else:
        say(peakBytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
        break
