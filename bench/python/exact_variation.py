"""The exact total variation of a sampler on a hypergrid, from the logits at each of its cells."""

import gfnx
import jax
import numpy as np


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
