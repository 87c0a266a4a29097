"""gfnx's environments, with rewards of its own for grids and out of a table for strings."""

import gfnx
import jax
import jax.numpy as jnp
import numpy as np


class TableReward(gfnx.TFBind8RewardModule):
    """Rewards looked up in a table, as gfnx does, but read from where we keep them: the package brings no data."""

    def __init__(self, file: str, letters: int, length: int):
        super().__init__(nchar=letters, max_length=length)
        self.rewards = np.fromfile(file, dtype="<f4")

    def init(self, rng_key, dummy_state):
        return {"rewards": jnp.asarray(self.rewards)}


def environment_of(problem):
    """The environment, and how many classes of a token its network sees (0 where observations are dense)."""
    name = problem["problem"]
    if name == "hypergrid":
        rewards = {"easy": gfnx.EasyHypergridRewardModule, "hard": gfnx.HardHypergridRewardModule}
        reward = rewards[problem["reward"]]()
        return gfnx.HypergridEnvironment(reward, dim=problem["dimension"], side=problem["side"]), 0
    if name == "tfbind8":
        return gfnx.TFBind8Environment(TableReward(problem["rewards"], 4, 8)), 5
    if name == "qm9-string":
        return gfnx.QM9SmallEnvironment(TableReward(problem["rewards"], 11, 5)), 14
    raise SystemExit(f"gfnx has no {name}")


def over_steps(function):
    """A function of a batch of states as one of trajectories [B, T]."""
    return jax.vmap(function, in_axes=(1, None), out_axes=1)


def log_policy(env, params, trajectories, logits):
    """log P_F of all actions [B, T + 1, A]."""
    invalid = over_steps(env.get_invalid_mask)(trajectories.state, params)
    return jax.nn.log_softmax(gfnx.utils.mask_logits(logits, invalid), axis=-1), ~invalid


def of_taken(trajectories, log_probabilities):
    """Those of the actions taken [B, T]; the last row is always padding."""
    actions = trajectories.action[..., None]
    return jnp.take_along_axis(log_probabilities, actions, axis=-1)[..., 0][:, :-1]


def log_backward_and_reward(env, params, trajectories):
    """log P_B of every transition under the uniform backward policy, and log R on the last [B, T]; 0 for padding."""
    before = jax.tree.map(lambda x: x[:, :-1], trajectories.state)
    after = jax.tree.map(lambda x: x[:, 1:], trajectories.state)
    actions = trajectories.action[:, :-1]
    undone = jax.vmap(env.get_backward_action, in_axes=(1, 1, 1, None), out_axes=1)(before, actions, after, params)
    invalid = over_steps(env.get_invalid_backward_mask)(after, params)
    uniform = jax.nn.log_softmax(gfnx.utils.mask_logits(jnp.zeros(invalid.shape), invalid), axis=-1)
    log_backward = jnp.take_along_axis(uniform, undone[..., None], axis=-1)[..., 0]
    return jnp.where(trajectories.pad[:, :-1], 0.0, log_backward + trajectories.log_gfn_reward[:, :-1])
