"""The balance losses over gfnx's padded trajectories, with the uniform backward policy, as gfnx's baselines have them:
[B, T + 1] rows each, the last of which is always padding."""

import gfnx
import jax
import jax.numpy as jnp


def _log_probabilities(env, params, trajectories, logits):
    """log P_F and log P_B + log R of every transition [B, T], 0 for padding."""
    invalid = _over_steps(env.get_invalid_mask)(trajectories.state, params)
    log_forward = jax.nn.log_softmax(gfnx.utils.mask_logits(logits, invalid), axis=-1)
    log_forward = jnp.take_along_axis(log_forward, trajectories.action[..., None], axis=-1)[..., 0][:, :-1]

    before = jax.tree.map(lambda x: x[:, :-1], trajectories.state)
    after = jax.tree.map(lambda x: x[:, 1:], trajectories.state)
    actions = trajectories.action[:, :-1]
    undone = jax.vmap(env.get_backward_action, in_axes=(1, 1, 1, None), out_axes=1)(before, actions, after, params)
    invalid = _over_steps(env.get_invalid_backward_mask)(after, params)
    uniform = jnp.zeros(invalid.shape)
    log_backward = jax.nn.log_softmax(gfnx.utils.mask_logits(uniform, invalid), axis=-1)
    log_backward = jnp.take_along_axis(log_backward, undone[..., None], axis=-1)[..., 0]

    padding = trajectories.pad[:, :-1]
    log_backward = log_backward + trajectories.log_gfn_reward[:, :-1]
    return jnp.where(padding, 0.0, log_forward), jnp.where(padding, 0.0, log_backward)


def _over_steps(mask):
    return jax.vmap(mask, in_axes=(1, None), out_axes=1)


def trajectory_balance(env, params, trajectories, outputs, log_z, _):
    log_forward, log_backward = _log_probabilities(env, params, trajectories, outputs)
    return jnp.mean((log_z + log_forward.sum(axis=1) - log_backward.sum(axis=1)) ** 2)


def detailed_balance(env, params, trajectories, outputs, _, __):
    log_forward, log_backward = _log_probabilities(env, params, trajectories, outputs[..., :-1])
    log_flow = outputs[..., -1]
    next_flow = jnp.where(trajectories.done[:, :-1], 0.0, log_flow[:, 1:])
    residual = log_flow[:, :-1] + log_forward - log_backward - next_flow
    kept = ~trajectories.pad[:, :-1]
    return 0.5 * jnp.sum(jnp.where(kept, residual, 0.0) ** 2) / kept.sum()


def sub_trajectory_balance(env, params, trajectories, outputs, _, problem):
    """All pairs of states, each with its own masked sums, O(T^3), as in gfnx's script."""
    log_forward, log_backward = _log_probabilities(env, params, trajectories, outputs[..., :-1])
    log_flow = jnp.where(trajectories.pad, 0.0, outputs[..., -1])
    steps = log_forward.shape[1]
    starts, ends = jnp.triu_indices(steps + 1, k=1)

    def of_trajectory(log_forward, log_backward, log_flow, done, padding):
        def of_pair(i, j):
            inside = (i <= jnp.arange(steps)) & (jnp.arange(steps) < j)
            final = jnp.where(done[j - 1], 0.0, log_flow[j])
            residual = log_flow[i] + (log_forward * inside).sum() - final - (log_backward * inside).sum()
            weight = jnp.where(padding[j - 1], 0.0, problem["decay"] ** (j - i))
            return weight * residual**2, weight

        weighted, weights = jax.vmap(of_pair)(starts, ends)
        return weighted.sum() / weights.sum()

    rows = (log_forward, log_backward, log_flow, trajectories.done[:, :-1], trajectories.pad[:, :-1])
    return jax.vmap(of_trajectory)(*rows).mean()


# By objective: the loss, and how many outputs the network has besides logits.
losses = {
    "tb": (trajectory_balance, 0),
    "db": (detailed_balance, 1),
    "subtb": (sub_trajectory_balance, 1),
}
