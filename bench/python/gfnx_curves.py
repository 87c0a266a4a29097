"""Learning curves of gfnx: the evidence lower bound of its sampler while it trains, for several seeds.

    python gfnx_curves.py '{"problem": "ising", ..., "seeds": [1, 2, 3], "evaluations": 10, "every": 100}'

It takes a problem (`curveRequest` in bench/field/curves.ts) and writes a line of JSON for each seed and evaluation.
"""

import functools
import importlib.metadata
import json
import sys

import gfnx
import jax

from gfnx_field_learners import bound_of, static_of
from gfnx_training import learner_of


def curves(problem):
    """Writes the bound before training and after every so many iterations."""
    env, params, _, act, update, _ = learner_of({**problem, "seed": 0})
    bound = bound_of(problem, env, params, static_of(problem, env), problem["trajectories"])

    @functools.partial(jax.jit, static_argnums=(0,))
    def train(iterations, state, key):
        def iteration(_, carry):
            state, key = carry
            key, own = jax.random.split(key)
            trajectories, _ = gfnx.utils.forward_rollout(own, problem["batch"], act, state, env, params)
            return update(state, trajectories)[0], key

        return jax.lax.fori_loop(0, iterations, iteration, (state, key))

    for seed in problem["seeds"]:
        _, _, state, _, _, key = learner_of({**problem, "seed": seed})
        for number in range(problem["evaluations"] + 1):
            if number > 0:
                state, key = train(problem["every"], state, key)
            elbo = float(bound(state, jax.random.key(1000 + number)))
            print(json.dumps({"seed": seed, "iteration": number * problem["every"], "elbo": elbo}), flush=True)


if __name__ == "__main__":
    version = importlib.metadata.version("gfnx")
    print(json.dumps({"engine": f"gfnx {version}, JAX {jax.__version__} on {jax.devices()[0].platform}"}), flush=True)
    curves(json.loads(sys.argv[1]))
