"""GAE and Ent-PPO over gfnx's padded trajectories. gfnx 0.0.1 has neither: this is written on top of its rollouts after
the paper that flowtape reproduces (arXiv 2606.15793), in the manner of gfnx's scripts, padding included."""

import equinox as eqx
import jax
import jax.numpy as jnp
import optax

from gfnx_environments import log_backward_and_reward, log_policy, of_taken
from gfnx_networks import Perceptron, of_trajectories


def policy_gradient_learner(problem, env, params, classes, key):
    """The start state, the policy's logits in a state, and what updates a state on trajectories."""
    policy_key, value_key = jax.random.split(key)
    policy = Perceptron(env, classes, env.action_space.n, problem["hidden"], policy_key)
    value = Perceptron(env, classes, 1, problem["hidden"], value_key)
    policy, policy_static = eqx.partition(policy, eqx.is_array)
    value, value_static = eqx.partition(value, eqx.is_array)
    policy_optimizer = optax.adam(problem["learningRate"])
    value_optimizer = optax.adam(problem["valueLearningRate"])

    def logits(state, observations):
        return jax.vmap(eqx.combine(state[0], policy_static))(observations)

    def all_log_probabilities(weights, trajectories):
        outputs = of_trajectories(eqx.combine(weights, policy_static), trajectories.obs)
        return log_policy(env, params, trajectories, outputs)

    def values(weights, trajectories):
        """V of every state [B, T + 1], 0 where a trajectory has ended."""
        outputs = of_trajectories(eqx.combine(weights, value_static), trajectories.obs)[..., 0]
        ended = jnp.concatenate([jnp.zeros_like(trajectories.done[:, :1]), trajectories.done[:, :-1]], axis=1)
        return jnp.where(ended, 0.0, outputs)

    def advantages(value, rewards, kept):
        """delta_t = r_t + V(s_{t+1}) - V(s_t), summed backwards with decay lambda."""
        delta = jnp.where(kept, rewards + value[:, 1:] - value[:, :-1], 0.0)

        def earlier(advantage, delta):
            advantage = delta + problem["lambda"] * advantage
            return advantage, advantage

        _, found = jax.lax.scan(earlier, jnp.zeros(delta.shape[0]), delta.T, reverse=True)
        return found.T

    def train_policy(weights, moments, trajectories, old, advantage, kept):
        old_taken = of_taken(trajectories, old)

        def loss_fn(weights):
            log_probabilities, valid = all_log_probabilities(weights, trajectories)
            taken = of_taken(trajectories, log_probabilities)
            if problem["objective"] == "gae":
                return -jnp.where(kept, taken * advantage, 0.0).sum(axis=1).mean()
            ratio = jnp.exp(jnp.where(kept, taken - old_taken, 0.0))
            clipped = jnp.clip(ratio, 1 - problem["clipRange"], 1 + problem["clipRange"])
            surrogate = jnp.minimum(ratio * advantage, clipped * advantage)
            terms = jnp.where(valid, jnp.exp(log_probabilities) * (log_probabilities - old), 0.0)
            divergence = terms.sum(axis=-1)[:, :-1]
            return -jnp.where(kept, surrogate - divergence, 0.0).sum(axis=1).mean()

        loss, gradient = jax.value_and_grad(loss_fn)(weights)
        updates, moments = policy_optimizer.update(gradient, moments, weights)
        return optax.apply_updates(weights, updates), moments, loss

    def train_value(weights, moments, trajectories, rewards, kept):
        """On one chunk; the targets follow the network as it learns."""

        def loss_fn(weights):
            value = values(weights, trajectories)
            target = jax.lax.stop_gradient(advantages(value, rewards, kept) + value[:, :-1])
            return jnp.where(kept, (value[:, :-1] - target) ** 2, 0.0).mean()

        gradient = jax.grad(loss_fn)(weights)
        updates, moments = value_optimizer.update(gradient, moments, weights)
        return optax.apply_updates(weights, updates), moments

    def update(state, trajectories):
        policy, value, policy_moments, value_moments = state
        kept = ~trajectories.pad[:, :-1]
        old, _ = all_log_probabilities(policy, trajectories)
        gains = log_backward_and_reward(env, params, trajectories)
        rewards = jnp.where(kept, gains - of_taken(trajectories, old), 0.0)
        advantage = advantages(values(value, trajectories), rewards, kept)
        loss = jnp.zeros(())
        for _ in range(problem.get("policyUpdates", 1)):
            policy, policy_moments, loss = train_policy(policy, policy_moments, trajectories, old, advantage, kept)

        def epoch(_, carry):
            chunks = problem["valueChunks"]
            size = problem["batch"] // chunks
            for chunk in range(chunks):
                part = jax.tree.map(lambda x: x[chunk * size : (chunk + 1) * size], (trajectories, rewards, kept))
                carry = train_value(*carry, *part)
            return carry

        value, value_moments = jax.lax.fori_loop(0, problem["valueEpochs"], epoch, (value, value_moments))
        return (policy, value, policy_moments, value_moments), loss

    start = (policy, value, policy_optimizer.init(policy), value_optimizer.init(value))
    return start, logits, update
