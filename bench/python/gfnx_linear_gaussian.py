"""Compares gfnx's linear-Gaussian score with its definition, for three variables and six rows.

    build/python/gfnx/bin/python bench/python/gfnx_linear_gaussian.py

The local score of variable j with parents P is log N(x_j; 0, noise I + X_P X_P^T), here with noise 0.1: data are the
parents' times standard normal weights, plus noise. It prints the score of every variable and set of parents by that
definition and by gfnx, and the probability of each edge in the posterior over all 25 graphs.
"""

import importlib.metadata
import itertools

import jax
import jax.numpy as jnp
import numpy as np
from gfnx.reward import LinearGaussianScore

rows = [[1, 0.5, -0.25], [-0.5, 0.25, 0.75], [0.25, -1, 0.5], [1.5, 1, -0.5], [-1, -0.75, 0], [0.5, 0.25, 1.25]]
data, noise = np.array(rows), 0.1
count, variables = data.shape


def defined(variable, parents):
    """By the covariance of the rows, in float64."""
    chosen = data[:, list(parents)]
    covariance = noise * np.eye(count) + chosen @ chosen.T
    x = data[:, variable]
    return -0.5 * (
        x @ np.linalg.solve(covariance, x) + np.linalg.slogdet(covariance)[1] + count * np.log(2 * np.pi)
    )


def of_gfnx(variable, parents):
    score = LinearGaussianScore(data=jnp.asarray(data), obs_scale=float(np.sqrt(noise)))
    mask = jnp.zeros((1, variables), bool).at[0, jnp.asarray(parents, int)].set(True)
    params = score.init(jax.random.key(0), None)
    return float(score._local_score(jnp.array([variable]), mask, params)[0])


def graphs():
    """The parents of each variable, for each acyclic graph."""
    edges = list(itertools.permutations(range(variables), 2))
    for chosen in itertools.product([0, 1], repeat=len(edges)):
        matrix = np.zeros((variables, variables), int)
        for edge, there in zip(edges, chosen):
            matrix[edge] = there
        if not np.linalg.matrix_power(matrix, variables).any() and not np.trace(matrix @ matrix):
            yield [tuple(np.flatnonzero(matrix[:, j])) for j in range(variables)]


def edge_probabilities(local):
    found = list(graphs())
    scores = np.array([sum(local(j, parents) for j, parents in enumerate(graph)) for graph in found])
    weights = np.exp(scores - scores.max())
    weights /= weights.sum()
    edges = itertools.permutations(range(variables), 2)
    return [sum(w for w, graph in zip(weights, found) if i in graph[j]) for i, j in edges]


if __name__ == "__main__":
    print(f"gfnx {importlib.metadata.version('gfnx')}; {len(list(graphs()))} graphs")
    print(f"{'variable':>8} {'parents':>8} {'defined':>10} {'gfnx':>10}")
    for variable in range(variables):
        others = [other for other in range(variables) if other != variable]
        for size in range(variables):
            for parents in itertools.combinations(others, size):
                both = f"{defined(variable, parents):10.4f} {of_gfnx(variable, parents):10.4f}"
                print(f"{variable:>8} {','.join(map(str, parents)) or 'none':>8} {both}")
    print("edges    ", *(f"{i}>{j}  " for i, j in itertools.permutations(range(variables), 2)))
    print("defined  ", *(f"{p:.3f}" for p in edge_probabilities(defined)))
    print("gfnx     ", *(f"{p:.3f}" for p in edge_probabilities(of_gfnx)))
