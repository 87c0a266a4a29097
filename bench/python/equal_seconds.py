"""How far an engine in JAX comes in so many seconds of training, as bench/equal-seconds/follow.ts does with flowtape."""

import json
import time

import jax

# Iterations between two looks at the clock, as in bench/equal-seconds/follow.ts.
PIECE = 25


def follow_seconds(problem, begun, engine, carry, train, variation):
    """Writes a line of JSON for the engine and one for every look. `train` is compiled and does `PIECE` iterations."""
    print(json.dumps({"engine": engine, "firstSeconds": time.perf_counter() - begun}), flush=True)
    trained, iteration = 0.0, 0
    for look in range(problem["looks"] + 1):
        while trained < look / problem["looks"] * problem["seconds"]:
            start = time.perf_counter()
            carry = jax.block_until_ready(train(carry))
            trained += time.perf_counter() - start
            iteration += PIECE
        record = {"seed": problem["seed"], "look": look, "iteration": iteration, "seconds": trained}
        print(json.dumps({**record, "totalVariation": float(variation(carry))}), flush=True)
