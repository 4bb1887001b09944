"""A training step of each sparsity variant in PyTorch, as good as one writes it without kernels of one's own.

The mathematics is that of lib/sae/sparsity/*.ts and lib/engine/engine.ts; tests/bench/pytorch_steps_test.ts compares
both, losses and parameters after some steps. What is done for speed: data in memory as floats, no value is read
back in a step, fused Adam where PyTorch has it, the pre-bias folded into the encoder's bias (x − b as an operation of its
own would cost a product of the encoder's size for the gradient of b), and where k latents are chosen three forms:

  dense   the latents as a matrix with zeros, made by topk and scatter; dense products, as the usual tools have it
  gather  the decoder reads the chosen rows alone (embedding_bag)
  sparse  and the encoder's gradient is added up over the chosen pairs alone (a backward of its own)

No timing, no input or output: pytorch/child.py does that. Weights by latents: encoder and decoder both `[n, d]`.
"""
import torch
import torch.nn.functional as F

RHO_HAT_MIN = 1e-6
THRESHOLD_DECAY = 0.99


class Trainer:
    """A model with its optimiser. `spec`: {sparsity, knobs, layers, hasPreBias, hasCenteredInput, hasUnitDecoder, deadSteps,
    rates, adam, prefixes, auxWidth}; `state`: arrays by name, weights `[dOut, dIn]`."""

    FORMS = ["dense"]

    def __init__(self, spec, state, device):
        self.spec, self.knobs, self.step_count = spec, spec["knobs"], 0
        self.buffers = {name: state[name].to(device).clone() for name in ("inputMean", "threshold", "lastFired") if name in state}
        self.params = self.parameters_of({name: value.to(device) for name, value in state.items()})
        for value in self.params.values():
            value.requires_grad_()
        rates = spec["rates"]
        beta1, beta2, epsilon = spec["adam"]
        groups = [{"params": [value], "rate": rates.get(name, 1.0)} for name, value in self.params.items()]
        self.adam = adam_of(groups, betas=(beta1, beta2), eps=epsilon)

    def parameters_of(self, state):
        raise NotImplementedError

    def losses(self, x, weight):
        """The three losses of a batch, and what `after` wants to know."""
        raise NotImplementedError

    def before(self):
        """What changes gradients before Adam reads them."""

    def after(self, seen):
        """What follows Adam."""

    def step(self, x, lr, weight):
        """One step; returns its losses, tensors that nobody has waited for."""
        self.step_count += 1
        self.adam.zero_grad(set_to_none=True)
        parts, seen = self.losses(x, weight)
        reconstruction, penalty, auxiliary = parts
        total = reconstruction
        if penalty is not None:
            total = total + weight * penalty
        if auxiliary is not None:
            total = total + auxiliary
        total.backward()
        for group in self.adam.param_groups:
            group["lr"] = lr * group["rate"]
        with torch.no_grad():
            self.before()
            self.adam.step()
            self.after(seen)
        return total.detach()

    def state(self):
        """Parameters and buffers by this project's names and in its layout."""
        raise NotImplementedError


def adam_of(groups, **options):
    """torch.optim.Adam, fused where this version has it for this device: CUDA from 2.0 on, CPUs from 2.4 on."""
    return torch.optim.Adam(groups, lr=1e-3, **options, **({"fused": True} if has_fused_adam(groups[0]["params"][0].device) else {}))


def has_fused_adam(device):
    probe = torch.zeros(1, device=device, requires_grad=True)
    probe.grad = torch.zeros_like(probe)
    try:
        torch.optim.Adam([probe], fused=True).step()
        return True
    except (TypeError, RuntimeError):
        return False


class Layered(Trainer):
    """Layers of ReLUs and sigmoids; the KL penalty on the penalized ones."""

    ACTIVATIONS = {"relu": torch.relu, "sigmoid": torch.sigmoid, "linear": lambda x: x}

    def parameters_of(self, state):
        return {f"{layer['name']}.{part}": state[f"{layer['name']}.{part}"].clone()
                for layer in self.spec["layers"] for part in ("weight", "bias")}

    def losses(self, x, weight):
        rho, penalty = self.knobs["rho"], None
        out = x - self.buffers["inputMean"] if self.spec["hasCenteredInput"] else x
        for layer in self.spec["layers"]:
            name = layer["name"]
            out = self.ACTIVATIONS[layer["activation"]](
                F.linear(out, self.params[f"{name}.weight"], self.params[f"{name}.bias"]))
            if layer["isPenalized"]:
                r = out.mean(0).clamp(RHO_HAT_MIN, 1 - RHO_HAT_MIN)
                kl = (rho * torch.log(rho / r) + (1 - rho) * torch.log((1 - rho) / (1 - r))).sum()
                penalty = kl if penalty is None else penalty + kl
        return (F.mse_loss(out, x), penalty, None), None

    def state(self):
        return {**self.params, **self.buffers}


class Dictionary(Trainer):
    """x̂ = f·W_dec + b_dec with f made from (x − b_dec)·W_enc + b_enc; a variant a subclass."""

    def parameters_of(self, state):
        encoder, decoder = (layer["name"] for layer in self.spec["layers"])
        own = {name: value.clone() for name, value in state.items() if name.startswith("latents.")}
        return {
            "w_enc": state[f"{encoder}.weight"].clone(),
            "w_dec": state[f"{decoder}.weight"].t().contiguous(),
            "b_enc": state[f"{encoder}.bias"].clone(),
            "b_dec": state[f"{decoder}.bias"].clone(),
            **own,
        }

    def state(self):
        encoder, decoder = (layer["name"] for layer in self.spec["layers"])
        own = {name: value for name, value in self.params.items() if name.startswith("latents.")}
        return {
            f"{encoder}.weight": self.params["w_enc"],
            f"{decoder}.weight": self.params["w_dec"].t(),
            f"{encoder}.bias": self.params["b_enc"],
            f"{decoder}.bias": self.params["b_dec"],
            **own,
            **self.buffers,
        }

    def bias(self):
        """b_enc − W_enc·b_dec: what is added to x·W_enc."""
        p = self.params
        return p["b_enc"] - p["w_enc"] @ p["b_dec"] if self.spec["hasPreBias"] else p["b_enc"]

    def pre_acts(self, x):
        return F.linear(x, self.params["w_enc"], self.bias())

    def decode(self, acts):
        return torch.addmm(self.params["b_dec"], acts, self.params["w_dec"])

    def norms(self):
        """‖dec_j‖, or None where it is 1."""
        return None if self.spec["hasUnitDecoder"] else self.params["w_dec"].norm(dim=1)

    def summed(self, values):
        """⟨Σⱼ valuesⱼ ‖dec_j‖⟩ / d."""
        norms = self.norms()
        total = values.sum() if norms is None else (values.sum(0) * norms).sum()
        return total / (len(values) * self.params["w_dec"].shape[1])

    def before(self):
        if not self.spec["hasUnitDecoder"]:
            return
        w, gradient = self.params["w_dec"], self.params["w_dec"].grad
        gradient.addcmul_(w, (gradient * w).sum(1, keepdim=True), value=-1)

    def after(self, fired):
        """`fired`: which latents were active, `[n]` booleans."""
        if self.spec["hasUnitDecoder"]:
            w = self.params["w_dec"]
            w.div_(w.norm(dim=1, keepdim=True).clamp_min_(1e-20))
        last = self.buffers["lastFired"]
        last.copy_(torch.where(fired, torch.full_like(last, self.step_count), last))


class L1(Dictionary):
    def losses(self, x, weight):
        acts = self.pre_acts(x).relu()
        return (F.mse_loss(self.decode(acts), x), self.summed(acts), None), (acts.detach() > 0).any(0)


class Jump(torch.autograd.Function):
    """f = z·1[z > θ] and how many latents are active, with the straight-through gradients for θ."""

    @staticmethod
    def forward(ctx, z, theta, bandwidth):
        theta = theta.relu()
        is_active = z > theta
        ctx.save_for_backward(z, theta, is_active)
        ctx.bandwidth = bandwidth
        return z * is_active, is_active.sum().to(z.dtype)

    @staticmethod
    def backward(ctx, d_acts, d_count):
        z, theta, is_active = ctx.saved_tensors
        is_near = (z - theta).abs() < ctx.bandwidth / 2
        d_theta = -(theta * (d_acts * is_near).sum(0) + d_count * is_near.sum(0)) / ctx.bandwidth
        return d_acts * is_active, d_theta, None


class JumpReLU(Dictionary):
    def losses(self, x, weight):
        acts, count = Jump.apply(self.pre_acts(x), self.params["latents.theta"], self.knobs["bandwidth"])
        return (F.mse_loss(self.decode(acts), x), count / x.numel(), None), (acts.detach() > 0).any(0)


class Gated(Dictionary):
    def losses(self, x, weight):
        p = self.params
        u = F.linear(x, p["w_enc"], -(p["w_enc"] @ p["b_dec"]) if self.spec["hasPreBias"] else None)
        gates = u + p["b_enc"]
        magnitudes = torch.addcmul(p["latents.bMag"], u, p["latents.rMag"].exp()).relu()
        acts = magnitudes * (gates.detach() > 0)
        open_gates = gates.relu()
        by_gates = torch.addmm(p["b_dec"].detach(), open_gates, p["w_dec"].detach())
        parts = F.mse_loss(self.decode(acts), x), self.summed(open_gates), F.mse_loss(by_gates, x)
        return parts, (acts.detach() > 0).any(0)


class EncodeAt(torch.autograd.Function):
    """Pre-activations of chosen pairs alone; `choose` gets all of them and returns flat indices. No gradient for x."""

    @staticmethod
    def forward(ctx, x, w_enc, b_enc, b_dec, choose):
        pre = F.linear(x, w_enc, b_enc if b_dec is None else b_enc - w_enc @ b_dec)
        flat = choose(pre)
        ctx.save_for_backward(x, w_enc, b_dec, flat)
        ctx.mark_non_differentiable(flat)
        return pre.view(-1)[flat], flat

    @staticmethod
    def backward(ctx, d_values, _):
        x, w_enc, b_dec, flat = ctx.saved_tensors
        n = len(w_enc)
        rows, latents = torch.div(flat, n, rounding_mode="floor"), flat % n
        inputs = x if b_dec is None else x - b_dec
        d_w = torch.zeros_like(w_enc).index_add_(0, latents, inputs[rows].mul_(d_values[:, None]))
        d_b = torch.zeros(n, dtype=x.dtype, device=x.device).index_add_(0, latents, d_values)
        return None, d_w, d_b, None if b_dec is None else -(d_b @ w_enc), None


class Selecting(Dictionary):
    """The k largest pre-activations of each row, or k a row over the batch, and AuxK. Prefixes, each of which reconstructs
    alone, are of the latents by number, Matryoshka's, or of a row's latents by size, HierarchicalTopK's; others have one,
    the full width."""

    FORMS = ["dense", "gather", "sparse"]
    form = "dense"

    def __init__(self, *args):
        super().__init__(*args)
        n = len(self.params["w_enc"])
        prefixes = self.spec["prefixes"]
        self.by_size, self.weight = prefixes["areBySize"], prefixes["weight"]
        n_places = min(self.knobs["k"], n) if self.by_size else n
        self.widths = [*prefixes["widths"], n_places]
        device = self.params["w_enc"].device
        starts = torch.tensor([0, *self.widths[:-1]], device=device)
        self.segment_of = torch.bucketize(torch.arange(n_places, device=device), starts[1:], right=True)

    def chosen(self, pre):
        """Flat indices of the latents that are kept, ascending by row; then by latent where a batch chooses, and the
        largest first where prefixes are by size."""
        k, n = self.knobs["k"], pre.shape[1]
        if self.spec["selects"] == "row":
            latents = pre.topk(k, dim=1, sorted=self.by_size).indices
            return (latents + torch.arange(len(pre), device=pre.device)[:, None] * n).view(-1)
        return pre.view(-1).topk(min(k * len(pre), pre.numel()), sorted=False).indices.sort().values

    @torch.inference_mode()
    def encode(self, x):
        """The latents of a batch that are not 0, as values and indices; returns the mean of all latents, not waited for."""
        pre = self.pre_acts(x)
        values, _ = pre.topk(self.knobs["k"], dim=1, sorted=False)
        return values.relu_().sum() / pre.numel()

    def dead(self):
        """Indices of the latents that AuxK trains, or None."""
        if self.knobs["auxAlpha"] == 0:
            return None
        is_dead = self.step_count - 1 - self.buffers["lastFired"] > self.spec["deadSteps"]
        dead = is_dead.nonzero().view(-1)
        return dead if len(dead) else None

    def losses(self, x, weight):
        dead = self.dead()
        return self.dense_losses(x, dead) if self.form == "dense" else self.pair_losses(x, dead)

    def dense_losses(self, x, dead):
        pre = self.pre_acts(x)
        flat = self.chosen(pre.detach())
        values = pre.view(-1)[flat].relu()
        if self.by_size:
            shape = len(pre), self.widths[-1]
            parts = self.params["w_dec"][(flat % pre.shape[1]).view(shape)] * values.view(shape)[:, :, None]
            sums = parts.cumsum(1) + self.params["b_dec"]
            recons = [sums[:, width - 1] for width in self.widths]
        else:
            acts = torch.zeros_like(pre).view(-1).scatter(0, flat, values).view_as(pre)
            recons, begin = [], 0
            out = self.params["b_dec"]
            for end in self.widths:
                out = torch.addmm(out, acts[:, begin:end], self.params["w_dec"][begin:end])
                recons.append(out)
                begin = end
        aux = None
        if dead is not None:
            kept = pre[:, dead]
            top = kept.topk(min(self.spec["auxWidth"], len(dead)), dim=1, sorted=False)
            sparse = torch.zeros_like(kept).scatter(1, top.indices, top.values)
            aux = self.aux_loss(sparse @ self.params["w_dec"][dead], x - recons[-1].detach(), dead)
        return self.parts(x, recons, aux), (values.detach(), flat % pre.shape[1])

    def pair_losses(self, x, dead):
        n, batch = len(self.params["w_enc"]), len(x)
        n_chosen = 0

        def choose(pre):
            nonlocal n_chosen
            flat = self.chosen(pre)
            n_chosen = len(flat)
            if dead is None:
                return flat
            places = pre[:, dead].topk(min(self.spec["auxWidth"], len(dead)), dim=1, sorted=False).indices
            revived = dead[places] + torch.arange(batch, device=x.device)[:, None] * n
            return torch.cat([flat, revived.view(-1)])

        if self.form == "sparse":
            p = self.params
            all_values, flat = EncodeAt.apply(
                x, p["w_enc"], p["b_enc"], p["b_dec"] if self.spec["hasPreBias"] else None, choose)
        else:
            pre = self.pre_acts(x)
            flat = choose(pre.detach())
            all_values = pre.view(-1)[flat]
        values, latents = all_values[:n_chosen].relu(), flat[:n_chosen] % n
        if self.spec["selects"] == "row" and len(self.widths) == 1:
            sums = bag(latents.view(batch, -1), self.params["w_dec"], values.view(batch, -1))[:, None]
        else:
            rows = torch.div(flat[:n_chosen], n, rounding_mode="floor")
            places = torch.arange(self.widths[-1], device=x.device).repeat(batch) if self.by_size else latents
            bags = rows * len(self.widths) + self.segment_of[places]
            counts = torch.bincount(bags, minlength=batch * len(self.widths))
            sums = bag(latents, self.params["w_dec"], values, counts.cumsum(0) - counts)
            sums = sums.view(batch, len(self.widths), -1)
        recons = (sums.cumsum(1) if len(self.widths) > 1 else sums) + self.params["b_dec"]
        recons = list(recons.unbind(1))
        aux = None
        if dead is not None:
            revived = bag((flat[n_chosen:] % n).view(batch, -1), self.params["w_dec"], all_values[n_chosen:].view(batch, -1))
            aux = self.aux_loss(revived, x - recons[-1].detach(), dead)
        return self.parts(x, recons, aux), (values.detach(), latents)

    def aux_loss(self, revived, error, dead):
        scale = min(len(dead) / self.spec["auxWidth"], 1)
        return self.knobs["auxAlpha"] * scale * F.mse_loss(revived, error)

    def parts(self, x, recons, aux):
        *inner, full = [F.mse_loss(recon, x) for recon in recons]
        extra = [*inner, *([] if aux is None else [aux])]
        if self.weight != 1:
            extra = [self.weight * sum(inner) - (1 - self.weight) * full, *extra[len(inner):]]
        return full, None, sum(extra) if extra else None

    def after(self, seen):
        """`seen`: the values of the chosen pairs, and their latents."""
        values, latents = seen
        fired = torch.zeros(len(self.params["w_enc"]), dtype=torch.bool, device=values.device)
        fired[latents[values > 0]] = True
        super().after(fired)
        threshold = self.buffers.get("threshold")
        if threshold is None:
            return
        smallest = torch.where(values > 0, values, torch.full_like(values, float("inf"))).min()
        moved = torch.where(threshold > 0, THRESHOLD_DECAY * threshold + (1 - THRESHOLD_DECAY) * smallest, smallest)
        threshold.copy_(torch.where(torch.isfinite(smallest), moved, threshold))


def bag(latents, weight, values, offsets=None):
    """Σ values·weight[latents] of each bag: a row of `latents`, or what lies between offsets."""
    return F.embedding_bag(latents, weight, offsets, per_sample_weights=values, mode="sum")


TRAINERS = {
    "kl": Layered,
    "l1": L1,
    "topk": Selecting,
    "batchtopk": Selecting,
    "matryoshka": Selecting,
    "hierarchicaltopk": Selecting,
    "jumprelu": JumpReLU,
    "gated": Gated,
}
