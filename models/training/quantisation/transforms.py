"""Changes to the float32 weights that leave the model's function alone and make it easier to round."""

import torch

from schemes import hadamard


def statistics(model, rows: list[torch.Tensor]) -> dict[str, torch.Tensor]:
    """Largest magnitude of each input channel of every linear layer over the calibration rows."""
    seen: dict[str, torch.Tensor] = {}
    hooks = []
    for name, module in model.named_modules():
        if isinstance(module, torch.nn.Linear):
            def keep(_, inputs, name=name):
                top = inputs[0].abs().flatten(0, -2).amax(0)
                seen[name] = torch.maximum(seen[name], top) if name in seen else top
            hooks.append(module.register_forward_pre_hook(keep))
    for row in rows:
        model.model(row)
    for hook in hooks:
        hook.remove()
    return seen


def balance(top: torch.Tensor, weights: list[torch.Tensor], alpha: float) -> torch.Tensor:
    """Per-channel divisor of the activations: top^alpha / column absmax^(1 - alpha) (SmoothQuant, eq. 4)."""
    column = torch.stack([weight.abs().amax(0) for weight in weights]).amax(0)
    divisor = top.clamp_min(1e-5) ** alpha / column.clamp_min(1e-5) ** (1 - alpha)
    return divisor / divisor.log().mean().exp()


@torch.no_grad()
def smooth(model, stats: dict[str, torch.Tensor], alphas: dict[str, float]) -> None:
    """Moves activation spread into weights at the sites named in `alphas`: qkv, gate_up, down, out."""
    config = model.config
    share = config.num_attention_heads // config.num_key_value_heads
    for index, layer in enumerate(model.model.layers):
        attention, mlp, at = layer.self_attn, layer.mlp, f"model.layers.{index}."
        if "qkv" in alphas:
            users = [attention.q_proj, attention.k_proj, attention.v_proj]
            divisor = balance(stats[at + "self_attn.q_proj"], [u.weight for u in users], alphas["qkv"])
            layer.input_layernorm.weight /= divisor
            for user in users:
                user.weight *= divisor
        if "gate_up" in alphas:
            users = [mlp.gate_proj, mlp.up_proj]
            divisor = balance(stats[at + "mlp.gate_proj"], [u.weight for u in users], alphas["gate_up"])
            layer.post_attention_layernorm.weight /= divisor
            for user in users:
                user.weight *= divisor
        if "down" in alphas:
            divisor = balance(stats[at + "mlp.down_proj"], [mlp.down_proj.weight], alphas["down"])
            mlp.up_proj.weight /= divisor[:, None]
            mlp.down_proj.weight *= divisor
        if "out" in alphas:
            shape = (config.num_key_value_heads, share, -1)
            top = stats[at + "self_attn.o_proj"].reshape(shape).amax(1).flatten()
            weight = attention.o_proj.weight.reshape(config.hidden_size, *shape).abs().amax((0, 2)).flatten()
            divisor = balance(top, [weight[None]], alphas["out"])
            attention.v_proj.weight /= divisor[:, None]
            spread = divisor.reshape(config.num_key_value_heads, 1, -1).expand(-1, share, -1).flatten()
            attention.o_proj.weight *= spread


def mixing(width: int) -> torch.Tensor:
    """Orthonormal [width, width]: Hadamard over the power of two in `width`, a cosine basis over the rest."""
    odd = width
    while odd % 2 == 0:
        odd //= 2
    k = torch.arange(odd)
    cosine = torch.cos(torch.pi * (k[:, None] + 0.5) * k / odd) * (2 / odd) ** 0.5
    cosine[:, 0] /= 2**0.5
    return torch.kron(cosine, hadamard(width // odd))


@torch.no_grad()
def rotate(model, residual: bool = True, values: bool = True) -> None:
    """Rotates the residual stream and each value head (QuaRot without its online part): function unchanged.

    The norms' gains move into the matrices that follow them, because only a plain RMS norm commutes
    with a rotation.
    """
    config = model.config
    if residual:
        q = mixing(config.hidden_size)
        for layer in model.model.layers:
            for norm, users in (
                (layer.input_layernorm, [layer.self_attn.q_proj, layer.self_attn.k_proj, layer.self_attn.v_proj]),
                (layer.post_attention_layernorm, [layer.mlp.gate_proj, layer.mlp.up_proj]),
            ):
                for user in users:
                    user.weight.copy_(user.weight * norm.weight @ q)
                norm.weight.fill_(1)
            for user in (layer.self_attn.o_proj, layer.mlp.down_proj):
                user.weight.copy_(q.T @ user.weight)
        model.lm_head.weight.copy_(model.lm_head.weight * model.model.norm.weight @ q)
        model.model.norm.weight.fill_(1)
        model.model.embed_tokens.weight.copy_(model.model.embed_tokens.weight @ q)
    if values:
        h = hadamard(config.head_dim)
        for layer in model.model.layers:
            v, o = layer.self_attn.v_proj.weight, layer.self_attn.o_proj.weight
            v.copy_((h.T @ v.reshape(-1, config.head_dim, config.hidden_size)).reshape(v.shape))
            o.copy_((o.reshape(config.hidden_size, -1, config.head_dim) @ h).reshape(o.shape))
