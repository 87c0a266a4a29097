"""Training speed of gfnx (https://github.com/d-tiapkin/gfnx), used as its baselines use it: environments, masks and
rollouts are the library's; network, loss and optimizer are Equinox and optax; the whole loop is one compiled fori_loop.

    python gfnx_training.py '{"environment": "hypergrid", ...}'

takes a problem (see bench/train/problems.ts) and writes its timings as lines of JSON.
"""

import functools
import importlib.metadata
import json
import os
import sys

import equinox as eqx
import gfnx
import jax
import jax.numpy as jnp
import numpy as np
import optax

from balance_losses import losses
from timing import run


class Policy(eqx.Module):
    """Logits and, where the objective has flows, log F: two hidden layers, for sequences with a linear one behind."""

    layers: eqx.nn.MLP
    head: eqx.nn.Linear | None
    actions: int = eqx.field(static=True)
    classes: int = eqx.field(static=True)

    def __init__(self, env, tokens: int, outputs: int, hidden: int, key):
        body, head = jax.random.split(key)
        self.actions = env.action_space.n
        self.classes = tokens
        if tokens == 0:
            self.layers = eqx.nn.MLP(env.observation_space.shape[0], outputs, hidden, 2, key=body)
            self.head = None
        else:
            self.layers = eqx.nn.MLP(tokens * env.max_length, hidden, hidden, 2, key=body)
            self.head = eqx.nn.Linear(hidden, outputs, key=head)

    def __call__(self, observation):
        if self.head is not None:
            one_hot = jax.nn.one_hot(observation[1:], self.classes)
            return self.head(self.layers(one_hot.reshape(-1)))
        return self.layers(observation)


class TableReward(gfnx.TFBind8RewardModule):
    """Rewards looked up in a table, as gfnx does, but made outside: the package brings no data."""

    def __init__(self, rewards, nchar: int, max_length: int):
        super().__init__(nchar=nchar, max_length=max_length)
        self.rewards = rewards

    def init(self, rng_key, dummy_state):
        return {"rewards": jnp.asarray(self.rewards)}


def environment_of(problem):
    """The environment, and the classes of a token that its network sees (0 where observations are dense)."""
    name = problem["environment"]
    if name == "hypergrid":
        reward = gfnx.EasyHypergridRewardModule()
        return gfnx.HypergridEnvironment(reward, dim=problem["dim"], side=problem["side"]), 0
    rewards = np.fromfile(problem["rewards"], dtype="<f4")
    if name == "tfbind8":
        return gfnx.TFBind8Environment(TableReward(rewards, 4, 8)), 5
    if name == "qm9-string":
        return gfnx.QM9SmallEnvironment(TableReward(rewards, 11, 5)), 14
    raise SystemExit(f"gfnx has no {name}")


def training(problem):
    """A function that trains for so many iterations and gives the mean length and the last loss."""
    env, tokens = environment_of(problem)
    params = env.init(jax.random.key(0))
    loss_of, flows = losses[problem["objective"]]
    key, network_key = jax.random.split(jax.random.key(problem["seed"]))
    policy = Policy(env, tokens, env.action_space.n + flows, problem["hidden"], network_key)
    weights, static = eqx.partition(policy, eqx.is_array)
    trained = {"policy": weights, "log_z": jnp.zeros(())}
    optimizer = optax.multi_transform(
        {
            "policy": optax.adam(problem["learningRate"]),
            "log_z": optax.adam(problem.get("logPartitionLearningRate", 0.1)),
        },
        {"policy": "policy", "log_z": "log_z"},
    )

    def act(_, observation, weights):
        outputs = jax.vmap(eqx.combine(weights, static))(observation)
        return outputs[:, : env.action_space.n], {}

    def iteration(_, state):
        trained, optimizer_state, key, steps, _ = state
        key, rollout_key = jax.random.split(key)
        trajectories, info = gfnx.utils.forward_rollout(
            rollout_key, problem["batch"], act, trained["policy"], env, params
        )

        def loss_fn(trained):
            network = eqx.combine(trained["policy"], static)
            outputs = jax.vmap(jax.vmap(network))(trajectories.obs)
            return loss_of(env, params, trajectories, outputs, trained["log_z"], problem)

        loss, gradients = jax.value_and_grad(loss_fn)(trained)
        updates, optimizer_state = optimizer.update(gradients, optimizer_state, trained)
        steps = steps + info["trajectory_length"].sum()
        return optax.apply_updates(trained, updates), optimizer_state, key, steps, loss

    @functools.partial(jax.jit, donate_argnums=(1,))
    def train(iterations, state):
        return jax.lax.fori_loop(0, iterations, iteration, state)

    state = (trained, optimizer.init(trained), key, jnp.zeros((), jnp.int32), jnp.zeros(()))

    def advance(iterations):
        nonlocal state
        state = jax.block_until_ready(train(iterations, (*state[:3], jnp.zeros((), jnp.int32), state[4])))
        return float(state[3]) / (iterations * problem["batch"]), float(state[4])

    return advance


if __name__ == "__main__":
    version = importlib.metadata.version
    name = f"gfnx {version('gfnx')}, JAX {jax.__version__} on {jax.devices()[0].platform}, {os.cpu_count()} cores"
    run(name, training, json.loads(sys.argv[1]))
