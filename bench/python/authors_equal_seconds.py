"""How far the code that the authors of Ent-PPO published comes in so many seconds of training.

    python authors_equal_seconds.py '{"folder": "ent-ppo", "objective": "ent-ppo", "batch": 16, "seed": 1,
        "seconds": 60, "looks": 12}'

It writes a line of JSON for every look, with the exact total variation of the sampler.
"""

import json
import sys
import time

from authors import authors_training


def follow(problem, begun):
    training = authors_training(problem)
    # After their gfnx, which these import.
    from equal_seconds import PIECE, follow_seconds
    from exact_variation import variation_of

    variation = variation_of(training.env, training.params, training.act)
    carry, train = training.compiled(PIECE)
    follow_seconds(problem, begun, training.engine, carry, train, variation)


if __name__ == "__main__":
    follow(json.loads(sys.argv[1]), time.perf_counter())
