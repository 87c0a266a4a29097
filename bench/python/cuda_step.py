"""A training step with PyTorch or JAX on the GPU: dense layers with relu, cross-entropy, Adam, as bench/step/step.ts has it.

python cuda_step.py '{"way": "torch" | "torch-graph" | "torch-compile" | "jax", "rows": ..., "widths": [...], "data": FILE,
"seconds": ...}'; without a GPU on the processor. float32 throughout: neither library may round products to TF32, which
WebGPU does not have.
"""

import json
import sys
import time

import numpy as np

RATE, BETA1, BETA2, EPSILON = 1e-3, 0.9, 0.999, 1e-8


def read(problem):
    """Inputs, labels and parameters as bench/step/step-data.ts writes them."""
    rows, widths = problem["rows"], problem["widths"]
    numbers = np.fromfile(problem["data"], dtype="<f4")
    at = 0

    def take(*shape):
        nonlocal at
        count = int(np.prod(shape))
        taken = numbers[at : at + count].reshape(shape)
        at += count
        return taken

    inputs = take(rows, widths[0])
    labels = take(rows).view("<i4").astype(np.int64)
    layers = [(take(i, o), take(o)) for i, o in zip(widths, widths[1:])]
    return inputs, labels, layers


def torch_step(problem, way):
    import torch

    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.set_float32_matmul_precision("highest")
    inputs, labels, layers = read(problem)
    x, y = torch.tensor(inputs, device=device), torch.tensor(labels, device=device)
    parts = []
    for number, (weight, bias) in enumerate(layers):
        layer = torch.nn.Linear(*weight.shape, device=device)
        with torch.no_grad():
            layer.weight.copy_(torch.tensor(weight.T.copy()))
            layer.bias.copy_(torch.tensor(bias))
        parts += [layer] if number == len(layers) - 1 else [layer, torch.nn.ReLU()]
    network = torch.nn.Sequential(*parts)
    fused = {"fused": True} if device == "cuda" else {}
    graphed = way == "torch-graph"
    if graphed and device != "cuda":
        raise RuntimeError("CUDA graphs need a GPU")
    capturable = {"capturable": True} if graphed else {}
    optimizer = torch.optim.Adam(network.parameters(), RATE, (BETA1, BETA2), EPSILON, **fused, **capturable)
    apply = torch.compile(network) if way == "torch-compile" else network

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = torch.nn.functional.cross_entropy(apply(x), y)
        loss.backward()
        optimizer.step()
        return loss

    finish = torch.cuda.synchronize if device == "cuda" else lambda: None
    where = torch.cuda.get_device_name() if device == "cuda" else "cpu"
    name = f"PyTorch {torch.__version__} on {where}"
    if not graphed:
        return name, step, finish
    # The steps before the capture are steps too: their losses are the first ones.
    first = []
    stream = torch.cuda.Stream()
    with torch.cuda.stream(stream):
        for _ in range(3):
            first.append(step().detach().clone())
    torch.cuda.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        loss = step()

    def replay():
        if first:
            return first.pop(0)
        graph.replay()
        return loss

    return name, replay, finish


def jax_step(problem):
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_default_matmul_precision", "highest")
    inputs, labels, layers = read(problem)
    x, y = jnp.asarray(inputs), jnp.asarray(labels)
    zeros = [(jnp.zeros_like(w), jnp.zeros_like(b)) for w, b in layers]
    state = [(jnp.asarray(w), jnp.asarray(b)) for w, b in layers], zeros, zeros, jnp.zeros((), jnp.int32)

    def loss_of(parameters):
        hidden = x
        for weight, bias in parameters[:-1]:
            hidden = jax.nn.relu(hidden @ weight + bias)
        weight, bias = parameters[-1]
        log_probabilities = jax.nn.log_softmax(hidden @ weight + bias)
        return -jnp.take_along_axis(log_probabilities, y[:, None], axis=1).mean()

    @jax.jit
    def update(state):
        parameters, first, second, count = state
        loss, gradients = jax.value_and_grad(loss_of)(parameters)
        count = count + 1
        first = jax.tree.map(lambda m, g: BETA1 * m + (1 - BETA1) * g, first, gradients)
        second = jax.tree.map(lambda v, g: BETA2 * v + (1 - BETA2) * g * g, second, gradients)
        scale1, scale2 = 1 - BETA1**count, 1 - BETA2**count
        moved = jax.tree.map(
            lambda p, m, v: p - RATE * (m / scale1) / (jnp.sqrt(v / scale2) + EPSILON), parameters, first, second
        )
        return (moved, first, second, count), loss

    def step():
        nonlocal state
        state, loss = update(state)
        return loss

    return f"JAX {jax.__version__} on {jax.devices()[0].device_kind}", step, lambda: jax.block_until_ready(state)


def main():
    problem = json.loads(sys.argv[1])
    way, seconds = problem["way"], problem["seconds"]
    begun = time.perf_counter()
    engine, step, finish = jax_step(problem) if way == "jax" else torch_step(problem, way)

    def timed():
        start = time.perf_counter()
        loss = step()
        submitted = time.perf_counter()
        finish()
        return loss, 1000 * (submitted - start), 1000 * (time.perf_counter() - start)

    losses = [float(timed()[0])]
    first_step = 1000 * (time.perf_counter() - begun)
    warm = time.perf_counter() + seconds
    while len(losses) < 3 or (len(losses) < 10 and time.perf_counter() < warm):
        losses.append(float(timed()[0]))
    host, total = [], []
    end = time.perf_counter() + seconds
    while len(total) < 3 or (time.perf_counter() < end and len(total) < 2000):
        _, submitted, done = timed()
        host.append(submitted)
        total.append(done)
    losses.append(float(timed()[0]))
    print(json.dumps({"engine": engine, "host": host, "total": total, "losses": losses, "firstStep": first_step}))


main()
