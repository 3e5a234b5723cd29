"""Writes reference.safetensors with the reference implementation of the format.

pip install safetensors==0.8.0 numpy && python make_reference.py
"""

import pathlib

import numpy as np
from safetensors.numpy import save_file

arrays = {
    "policy.0.weight": np.arange(6, dtype=np.float32).reshape(2, 3) / 8 - 0.25,
    "policy.0.bias": np.array([1e-45, -0.0, np.inf], dtype=np.float32),
    "log_scale": np.array(0.1, dtype=np.float32),
    "empty": np.zeros((0, 4), dtype=np.float32),
    "θ \"quoted\" \\ \n\x01 🚀": np.array([[-3.5]], dtype=np.float32),
}
metadata = {"architecture": '{"hidden":[64,64],"name":"wärme\t€"}'}
save_file(arrays, pathlib.Path(__file__).parent / "reference.safetensors", metadata=metadata)
