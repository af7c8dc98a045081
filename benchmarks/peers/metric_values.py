"""Peers' values on arrays and weights that are given: run by the peers' Python, asked by `metric_peers`.

    python -m benchmarks.peers.metric_values FOLDER

reads FOLDER/rows.npz (real, fake, wide real, wide fake, axes), pictures.npy (uint8, NCHW), inception.pth and
dinov2.pth, and writes values.json and, of the networks, features.npz.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import torch

from benchmarks.peers import stubs


def main() -> None:
    """Compute everything once."""
    folder = Path(sys.argv[1])
    from transformers import Dinov2Config, Dinov2Model  # before the stand-ins, which it would take

    rows = np.load(folder / "rows.npz")
    pictures = torch.from_numpy(np.load(folder / "pictures.npy"))
    with torch.no_grad():
        dino = dinov2(Dinov2Config, Dinov2Model, torch.load(folder / "dinov2.pth"), pictures)
        stubs.install()
        inception = inception_v3(folder / "inception.pth", pictures)
    np.savez(folder / "features.npz", dinov2=dino, **inception)
    (folder / "values.json").write_text(json.dumps(values(rows)), encoding="utf-8")


def values(rows: dict[str, np.ndarray]) -> dict[str, dict[str, float]]:
    """Return every peer's numbers."""
    from prdc import compute_prdc
    from pytorch_fid.fid_score import calculate_frechet_distance
    from torch_fidelity.metric_fid import fid_features_to_statistics, fid_statistics_to_metric
    from torch_fidelity.metric_kid import kid_features_to_metric
    from torch_fidelity.metric_prc import prc_features_to_metric

    found: dict[str, dict[str, float]] = {}
    for name, real, fake in (
        ("FD", rows["real"], rows["fake"]),
        ("FD, fewer rows than features", rows["wide_real"], rows["wide_fake"]),
    ):
        moments = [(x.mean(0), np.cov(x, rowvar=False)) for x in (real, fake)]
        statistics = [fid_features_to_statistics(torch.from_numpy(x)) for x in (real, fake)]
        fidelity = fid_statistics_to_metric(*statistics, False)["frechet_inception_distance"]
        found[name] = {
            "pytorch-fid": float(calculate_frechet_distance(*moments[0], *moments[1])),
            "torch-fidelity": float(fidelity),
        }
    x, y = (torch.from_numpy(rows[k]) for k in ("fake", "real"))
    kid = kid_features_to_metric(
        x, y, kid_subsets=100, kid_subset_size=1000, rng_seed=2020, verbose=False
    )
    found["KID"] = {"torch-fidelity": float(kid["kernel_inception_distance_mean"])}
    four = compute_prdc(rows["real"][:3000], rows["fake"][:3000], nearest_k=5)
    found |= {name: {"prdc": float(value)} for name, value in four.items()}
    two = prc_features_to_metric(x[:3000], y[:3000], prc_neighborhood=5, verbose=False)
    for name in ("precision", "recall"):
        found[name]["torch-fidelity"] = two[name]
    return found | transported(rows)


def transported(rows: dict[str, np.ndarray]) -> dict[str, dict[str, float]]:
    """Return POT's distances."""
    import ot

    real, fake = rows["real"], rows["fake"]
    costs = ot.dist(real[:500], fake[:500], metric="euclidean")
    equal = np.full(500, 1 / 500)
    values = {
        "W1, exact": ot.emd2(equal, equal, costs, numItermax=10**7),
        "W2 squared, one column": ot.wasserstein_1d(real[:, 0], fake[:, 0], p=2),
        "W2, sliced": ot.sliced_wasserstein_distance(real, fake, p=2, projections=rows["axes"]),
    }
    return {name: {"POT": float(value)} for name, value in values.items()}


def inception_v3(weights: Path, pictures: torch.Tensor) -> dict[str, np.ndarray]:
    """Return torch-fidelity's features and class numbers."""
    from torch_fidelity.feature_extractor_inceptionv3 import FeatureExtractorInceptionV3

    names = ["2048", "logits_unbiased"]
    network = FeatureExtractorInceptionV3("x", names, feature_extractor_weights_path=str(weights))
    features, logits = network(pictures)
    return {"inception": features.numpy(), "logits": logits.numpy()}


def dinov2(config: type, model: type, weights: dict, pictures: torch.Tensor) -> np.ndarray:
    """Return the class token of transformers' network with the publisher's names mapped to its own."""
    network = model(config(hidden_size=384, num_attention_heads=6, image_size=518)).eval()
    network.load_state_dict(renamed(weights, 12))
    x = torch.nn.functional.interpolate(pictures.float() / 127.5 - 1, (518, 518))
    return network(x).pooler_output.numpy()


def renamed(weights: dict, blocks: int) -> dict:
    """Return the publisher's tensors under the names that transformers has for them."""
    made = {
        "embeddings.cls_token": weights["cls_token"],
        "embeddings.mask_token": weights["mask_token"],
        "embeddings.position_embeddings": weights["pos_embed"],
    }
    for kind in ("weight", "bias"):
        made[f"embeddings.patch_embeddings.projection.{kind}"] = weights[f"patch_embed.proj.{kind}"]
        made[f"layernorm.{kind}"] = weights[f"norm.{kind}"]
    for i in range(blocks):
        ours, theirs = f"blocks.{i}.", f"encoder.layer.{i}."
        made[f"{theirs}layer_scale1.lambda1"] = weights[f"{ours}ls1.gamma"]
        made[f"{theirs}layer_scale2.lambda1"] = weights[f"{ours}ls2.gamma"]
        for kind in ("weight", "bias"):
            parts = weights[f"{ours}attn.qkv.{kind}"].chunk(3)
            for name, part in zip(("q_proj", "k_proj", "v_proj"), parts, strict=True):
                made[f"{theirs}attention.{name}.{kind}"] = part
            made[f"{theirs}attention.o_proj.{kind}"] = weights[f"{ours}attn.proj.{kind}"]
            for name in ("norm1", "norm2", "mlp.fc1", "mlp.fc2"):
                made[f"{theirs}{name}.{kind}"] = weights[f"{ours}{name}.{kind}"]
    return made


if __name__ == "__main__":
    main()
