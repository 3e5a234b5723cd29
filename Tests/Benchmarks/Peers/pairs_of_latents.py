"""What pairs of latents explain of an autoencoder's bound, given the image.

    pip install numpy
    python pairs_of_latents.py RUN DATA [--images N] [--samples N]

RUN is the folder of a finished run of `train-vae --model linear1`, DATA the folder with MNIST. For some
training images, draws latents b from q(b | x) and asks how much of the variance of f = log p(x, b) − log q(b | x)
a control variate takes away, weighted as in the gradient (by |b − E[b]|²), if it is the best multiple of

    Σ_{j ≠ k} M_jk (b_j − E[b_j]) (b_k − E[b_k]),   M = −2 W D Wᵀ

with the decoder's weights W and D the variances of the pixels: those of x itself, or their mean over images,
as a whole or cut to a rank; and, for comparison, what the slopes at E[b] explain.
"""

import argparse
import gzip
import json
import struct
from pathlib import Path

import numpy as np


def read_safetensors(path):
    data = Path(path).read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__" and entry["dtype"] == "F32":
            first, last = entry["data_offsets"]
            values = np.frombuffer(data[8 + length + first : 8 + length + last], dtype="<f4")
            tensors[name] = values.reshape(entry["shape"]).astype(np.float64)
    return tensors


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softplus(x):
    return np.logaddexp(0, x)


def without_diagonal(matrix):
    matrix = matrix.copy()
    np.fill_diagonal(matrix, 0)
    return matrix


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("run", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("--images", type=int, default=200)
    parser.add_argument("--samples", type=int, default=2000)
    options = parser.parse_args()

    model = read_safetensors(options.run / "checkpoints" / "final.safetensors")
    up, up_bias = model["model.encoder.1.0.weight"], model["model.encoder.1.0.bias"]
    down, down_bias = model["model.decoder.1.0.weight"], model["model.decoder.1.0.bias"]
    prior = model["model.prior"]
    generator = np.random.default_rng(0)
    raw = gzip.open(options.data / "train-images-idx3-ubyte.gz").read()[16:]
    pixels = np.frombuffer(raw, dtype=np.uint8).reshape(-1, 784)[: options.images] / 255
    images = (generator.random(pixels.shape) < pixels).astype(np.float64)

    logits = (images - model["means"]) @ up + up_bias
    means = sigmoid(logits)
    shown = sigmoid((2 * means - 1) @ down + down_bias)

    def pairs(variances):
        return without_diagonal(-2 * (down * variances) @ down.T)

    whole = pairs((shown * (1 - shown)).mean(axis=0))
    values, vectors = np.linalg.eigh(whole)
    order = np.argsort(-np.abs(values))

    def cut(rank):
        chosen = order[:rank]
        return without_diagonal((vectors[:, chosen] * values[chosen]) @ vectors[:, chosen].T)

    shared = {f"one M, rank {rank}": cut(rank) for rank in (5, 20, 50)} | {"one M": whole}
    products = {name: np.zeros(2) for name in [*shared, "M of the image", "slopes"]}
    total = 0.0
    for image, logit, mean, p in zip(images, logits, means, shown):
        b = (generator.random((options.samples, mean.size)) < mean).astype(np.float64)
        d = b - mean
        drawn = (2 * b - 1) @ down + down_bias
        f = (image * drawn - softplus(drawn)).sum(axis=1)
        f += (b * prior).sum(axis=1) - (b * logit).sum(axis=1)
        f -= f.mean()
        weight = (d**2).sum(axis=1)
        total += (f * f * weight).mean()
        variates = {name: ((d @ matrix) * d).sum(axis=1) for name, matrix in shared.items()}
        variates["M of the image"] = ((d @ pairs(p * (1 - p))) * d).sum(axis=1)
        variates["slopes"] = d @ (2 * down @ (image - p) + prior - logit)
        for name, c in variates.items():
            c = c - c.mean()
            products[name] += ((f * c * weight).mean(), (c * c * weight).mean())
    print(f"log of the summed variance in the logits, given the image: {np.log(total / options.images):.2f}")
    for name, (fc, cc) in products.items():
        print(f"{name:16s} explains {fc * fc / cc / total:.2f} of it")


if __name__ == "__main__":
    main()
