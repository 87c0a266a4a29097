"""How far gfnx comes in so many seconds of training: the exact total variation of its sampler on a hypergrid.

    python gfnx_equal_seconds.py '{"problem": "hypergrid", ..., "seed": 1, "seconds": 60, "looks": 12}'

It takes a problem (`pythonRequest` in bench/train/engines.ts) and writes a line of JSON for every look.
"""

import functools
import importlib.metadata
import json
import sys
import time

import gfnx
import jax
import numpy as np

from gfnx_training import learner_of

# Iterations between two looks at the clock, as in bench/equal-seconds/follow.ts.
PIECE = 25


def variation_of(env, params, act):
    """A function of a state: half the sum of |learnt - target| over all cells, from the logits at each of them."""
    cells = env.get_all_states(params)
    coordinates = np.asarray(cells.state)
    target = np.asarray(env.get_true_distribution(params), np.float64).ravel()
    target /= target.sum()
    total = coordinates.sum(axis=1)
    levels = [np.flatnonzero(total == level) for level in range(total.max() + 1)]
    strides = [env.side ** (env.dim - 1 - axis) for axis in range(env.dim)]

    @jax.jit
    def logits_of(state):
        logits = act(None, env.get_obs(cells, params), state)[0]
        return gfnx.utils.mask_logits(logits, env.get_invalid_mask(cells, params))

    def variation(state):
        logits = np.asarray(logits_of(state), np.float64)
        logits -= logits.max(axis=1, keepdims=True)
        policy = np.exp(logits)
        policy /= policy.sum(axis=1, keepdims=True)
        reached = np.zeros(len(target))
        reached[0] = 1.0
        # A cell's parents have a coordinate sum that is less by one.
        for level in levels:
            for axis, stride in enumerate(strides):
                inside = level[coordinates[level, axis] < env.side - 1]
                reached[inside + stride] += reached[inside] * policy[inside, axis]
        return 0.5 * np.abs(reached * policy[:, env.dim] - target).sum()

    return variation


def follow(problem, begun):
    env, params, state, act, update, key = learner_of(problem)

    @functools.partial(jax.jit, donate_argnums=(0,))
    def train(carry):
        def iteration(_, carry):
            state, key = carry
            key, own = jax.random.split(key)
            trajectories, _ = gfnx.utils.forward_rollout(own, problem["batch"], act, state, env, params)
            return update(state, trajectories)[0], key

        return jax.lax.fori_loop(0, PIECE, iteration, carry)

    variation = variation_of(env, params, act)
    carry = (state, key)
    compiled = train.lower(carry).compile()
    version = importlib.metadata.version("gfnx")
    engine = f"gfnx {version}, JAX {jax.__version__} on {jax.devices()[0].platform}"
    print(json.dumps({"engine": engine, "firstSeconds": time.perf_counter() - begun}), flush=True)
    trained, iteration = 0.0, 0
    for look in range(problem["looks"] + 1):
        while trained < look / problem["looks"] * problem["seconds"]:
            start = time.perf_counter()
            carry = jax.block_until_ready(compiled(carry))
            trained += time.perf_counter() - start
            iteration += PIECE
        record = {"seed": problem["seed"], "look": look, "iteration": iteration, "seconds": trained}
        print(json.dumps({**record, "totalVariation": float(variation(carry[0]))}), flush=True)


if __name__ == "__main__":
    follow(json.loads(sys.argv[1]), time.perf_counter())
