"""Balance objectives over gfnx's padded trajectories [B, T + 1], as its scripts have them: one step of Adam a batch."""

import equinox as eqx
import jax
import jax.numpy as jnp
import optax

from gfnx_environments import log_backward_and_reward, log_policy, of_taken
from gfnx_networks import Perceptron, of_trajectories


def balance_learner(problem, env, params, classes, key):
    """The start state, the policy's logits in a state, and what updates a state on trajectories."""
    actions = env.action_space.n
    loss_of, flows = losses[problem["objective"]]
    network = Perceptron(env, classes, actions + flows, problem["hidden"], key)
    weights, static = eqx.partition(network, eqx.is_array)
    rates = {
        "policy": optax.adam(problem["learningRate"]),
        "log_z": optax.adam(problem.get("logPartitionLearningRate", 0.1)),
    }
    optimizer = optax.multi_transform(rates, {"policy": "policy", "log_z": "log_z"})
    trained = {"policy": weights, "log_z": jnp.zeros(())}

    def logits(state, observations):
        return jax.vmap(eqx.combine(state[0]["policy"], static))(observations)[:, :actions]

    def update(state, trajectories):
        trained, moments = state
        log_backward = log_backward_and_reward(env, params, trajectories)

        def loss_fn(trained):
            outputs = of_trajectories(eqx.combine(trained["policy"], static), trajectories.obs)
            log_probabilities, _ = log_policy(env, params, trajectories, outputs[..., :actions])
            taken = of_taken(trajectories, log_probabilities)
            log_forward = jnp.where(trajectories.pad[:, :-1], 0.0, taken)
            log_flow = outputs[..., -1] if flows else None
            return loss_of(trajectories, log_forward, log_backward, log_flow, trained["log_z"], problem)

        loss, gradients = jax.value_and_grad(loss_fn)(trained)
        updates, moments = optimizer.update(gradients, moments, trained)
        return (optax.apply_updates(trained, updates), moments), loss

    return (trained, optimizer.init(trained)), logits, update


def trajectory_balance(_, log_forward, log_backward, __, log_z, ___):
    return jnp.mean((log_z + log_forward.sum(axis=1) - log_backward.sum(axis=1)) ** 2)


def detailed_balance(trajectories, log_forward, log_backward, log_flow, _, __):
    next_flow = jnp.where(trajectories.done[:, :-1], 0.0, log_flow[:, 1:])
    residual = log_flow[:, :-1] + log_forward - log_backward - next_flow
    kept = ~trajectories.pad[:, :-1]
    return 0.5 * jnp.sum(jnp.where(kept, residual, 0.0) ** 2) / kept.sum()


def sub_trajectory_balance(trajectories, log_forward, log_backward, log_flow, _, problem):
    """All pairs of states, each with sums of its own over a mask, O(T^3), as in gfnx's script."""
    log_flow = jnp.where(trajectories.pad, 0.0, log_flow)
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
