"""Runs a model on inputs, and says by how much its logits are off the given ones."""
import json
import sys

import numpy as np
import onnx
import onnxruntime

model, data = sys.argv[1:]
onnx.checker.check_model(model, full_check=True)
with open(data) as file:
    given = json.load(file)
session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
(found,) = session.run(["logits"], {"state": np.array(given["inputs"], "f4")})
expected = np.array(given["logits"], "f4").reshape(found.shape)
error, size = np.abs(found - expected).max(), np.abs(expected).max()
print(f"{len(found)} states, logits up to {size:.3g}, largest difference {error:.2g}, onnxruntime {onnxruntime.__version__}")
# Sums of up to 256 products in float32, in another order.
sys.exit(0 if error <= 256 * 2**-24 * size else 1)
