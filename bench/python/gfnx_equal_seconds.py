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

from equal_seconds import PIECE, follow_seconds
from exact_variation import variation_of
from gfnx_training import learner_of


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
    follow_seconds(problem, begun, engine, carry, compiled, lambda carry: variation(carry[0]))


if __name__ == "__main__":
    follow(json.loads(sys.argv[1]), time.perf_counter())
