"""Training speed of gfnx (https://github.com/d-tiapkin/gfnx), used as its scripts use it: environments, masks and
rollouts are the library's; networks and optimizers are Equinox and optax; the whole loop is one compiled fori_loop.

    python gfnx_training.py '{"problem": "hypergrid", ...}'

takes a problem (`pythonRequest` in bench/train/engines.ts, `peerRequest` in bench/field/engines.ts) and writes its
timings as lines of JSON.
"""

import functools
import importlib.metadata
import json
import os
import sys

import gfnx
import jax
import jax.numpy as jnp

from gfnx_balance import balance_learner, losses
from gfnx_environments import environment_of
from gfnx_policy_gradients import policy_gradient_learner
from timing import run


def learner_of(problem):
    """The environment with its parameters, the start state, the policy, what updates a state, and a key."""
    key, network_key = jax.random.split(jax.random.key(problem["seed"]))
    if "network" in problem:
        from gfnx_field_environments import field_environment
        from gfnx_field_learners import field_learner

        env = field_environment(problem)
        params = env.init(jax.random.key(0))
        return env, params, *field_learner(problem, env, params, network_key), key
    env, classes = environment_of(problem)
    params = env.init(jax.random.key(0))
    make = balance_learner if problem["objective"] in losses else policy_gradient_learner
    start, logits, update = make(problem, env, params, classes, network_key)

    def act(_, observations, state):
        return logits(state, observations), {}

    return env, params, start, act, update, key


def training(problem):
    """A function that trains for so many iterations and gives the mean length and the last loss."""
    env, params, start, act, update, key = learner_of(problem)
    batch = problem["batch"]

    def iteration(_, carry):
        state, key, steps, _ = carry
        key, rollout_key = jax.random.split(key)

        trajectories, info = gfnx.utils.forward_rollout(rollout_key, batch, act, state, env, params)
        state, loss = update(state, trajectories)
        return state, key, steps + info["trajectory_length"].sum(), loss

    @functools.partial(jax.jit, donate_argnums=(1,))
    def train(iterations, carry):
        return jax.lax.fori_loop(0, iterations, iteration, carry)

    carry = (start, key, jnp.zeros((), jnp.int32), jnp.zeros(()))

    def advance(iterations):
        nonlocal carry
        state, key, _, loss = carry
        carry = jax.block_until_ready(train(iterations, (state, key, jnp.zeros((), jnp.int32), loss)))
        return float(carry[2]) / (iterations * batch), float(carry[3])

    return advance


if __name__ == "__main__":
    version = importlib.metadata.version("gfnx")
    name = f"gfnx {version}, JAX {jax.__version__} on {jax.devices()[0].platform}, {os.cpu_count()} cores"
    run(name, training, json.loads(sys.argv[1]))
