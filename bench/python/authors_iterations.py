"""What iterations of the authors' code compute, to compare flowtape's with, number by number, on a small grid.

    python authors_iterations.py FOLDER > ../../test/objective/authors-iterations.json

For each script, and those that can train a backward policy once more with it, it writes the parameters at the start
and, for each iteration, the trajectories that their rollout sampled (actions, and the policy's logits at each state) and
the parameters afterwards. Rates are large and the clip range is small, so that ratios leave it.
"""

import json
import sys

import numpy as np

from authors import SCRIPTS, authors_start, without_metrics

DIMENSION, SIDE, HIDDEN, BATCH, ITERATIONS = 2, 4, 4, 4, 2
GRID = {"environment.dim": DIMENSION, "environment.side": SIDE, "network.hidden_size": HIDDEN}
RATES = {"learning_rate": 0.03, "baseline_learning_rate": 0.01}
# Conjugate gradients otherwise follow rounding: the Fisher matrix of so few states has next to no rank.
OWN = {"ent-ppo": {"agent.clip_eps": 0.02}, "ent-trpo": {"agent.cg_damping": 0.1}}


def layers(network):
    """Weights as [inputs, outputs]."""
    return [{"weight": numbers(layer.weight.T), "bias": numbers(layer.bias)} for layer in network.layers]


def numbers(array):
    return [float(f"{x:.8g}") for x in np.asarray(array, np.float64).ravel()]


def parameters_of(state):
    found = {"policy": layers(state.model.network)}
    if hasattr(state, "baseline"):
        found["value"] = layers(state.baseline.network)
    if hasattr(state, "logZ"):
        found["logPartition"] = numbers(state.logZ)[0]
    return found


def trajectories_of(sampled):
    lengths = (~np.asarray(sampled.pad)).sum(axis=1)
    actions, logits = np.asarray(sampled.action), np.asarray(sampled.info["forward_logits"])
    return [
        {"actions": actions[i, :length].tolist(), "logits": [numbers(row) for row in logits[i, :length]]}
        for i, length in enumerate(lengths)
    ]


def iterations_of(folder, objective, backward):
    problem = {"folder": folder, "objective": objective, "batch": BATCH, "seed": 1}
    agent = {f"agent.{name}": rate for name, rate in RATES.items()}
    settings = {**GRID, **agent, **OWN.get(objective, {}), "agent.train_backward": backward}
    script, state = authors_start({**problem, "settings": settings})
    state = without_metrics(state)
    import gfnx

    rollout, sampled = gfnx.utils.forward_rollout, []

    def recorded(*args, **keywords):
        sampled.append(rollout(*args, **keywords))
        return sampled[-1]

    gfnx.utils.forward_rollout = recorded
    start, iterations = parameters_of(state), []
    for index in range(ITERATIONS):
        # Neither compiled nor traced: what is recorded are numbers.
        state = script.train_step.__wrapped__(index + 1, state)
        iterations.append({"trajectories": trajectories_of(sampled.pop()[0]), "parameters": parameters_of(state)})
    gfnx.utils.forward_rollout = rollout
    settings = dict(state.config.agent)
    return {"script": f"{script.__name__}.py", "settings": settings, "start": start, "iterations": iterations}


def main(folder):
    cases = [(objective, False) for objective in SCRIPTS]
    cases += [(objective, True) for objective in ("ent-ppo", "tb", "db", "subtb")]
    found = [
        {"objective": objective, "trainsBackward": backward, **iterations_of(folder, objective, backward)}
        for objective, backward in cases
    ]
    shape = {"dimension": DIMENSION, "side": SIDE, "hidden": [HIDDEN, HIDDEN], "batch": BATCH}
    print(json.dumps({"shape": shape, "cases": found}))


if __name__ == "__main__":
    main(sys.argv[1])
