"""How the code that the authors of Ent-PPO published learns: the exact total variation on its hypergrid after every so
many iterations.

    python authors_curves.py '{"folder": "ent-ppo", "objective": "ent-ppo", "batch": 16, "seed": 1, "every": 125,
        "evaluations": 25}'

It writes a line of JSON for every evaluation. The last one has the total variation by the authors' own metric too.
"""

import json
import sys
import time

from authors import authors_training


def curve(problem, begun):
    training = authors_training(problem)
    from exact_variation import variation_of

    variation = variation_of(training.env, training.params, training.act)
    carry, train = training.compiled(problem["every"])
    print(json.dumps({"engine": training.engine, "firstSeconds": time.perf_counter() - begun}), flush=True)
    for look in range(problem["evaluations"] + 1):
        if look > 0:
            carry = train(carry)
        record = {"seed": problem["seed"], "iteration": look * problem["every"]}
        record["totalVariation"] = float(variation(carry))
        if look == problem["evaluations"]:
            record["theirTotalVariation"] = float(training.own_variation(carry))
        print(json.dumps(record), flush=True)


if __name__ == "__main__":
    curve(json.loads(sys.argv[1]), time.perf_counter())
