"""The code that the authors of Ent-PPO published (https://github.com/tgritsaev/ent-ppo), driven from outside: its
script for the hypergrid makes environment, networks and optimizers, and its `train_step` trains. Nothing of it is
copied here or changed there. What differs from running the script:

- Its `gfnx/__init__.py` imports environments and rewards that the repository does not have. They stand for nothing
  here; without that it cannot be imported.
- Hydra, which only reads the script's settings, is left out; the same YAML file is read.
- Neither metrics nor logging are in the loop, as in the other engines of these benchmarks, and with them goes what is
  computed for them alone.
"""

import functools
import importlib
import importlib.util
import logging
import os
import sys
import types
from typing import Any, Callable, NamedTuple

SCRIPTS = {
    "ent-ppo": "PPO_hypergrid",
    "gae": "GAE_hypergrid",
    "gae-subeb": "GAE_subeb_hypergrid",
    "value-baseline": "v_baseline_hypergrid",
    "reward-to-go": "RTG_pg_hypergrid",
    "total-return": "vanilla_pg_hypergrid",
    "ent-trpo": "TRPO_hypergrid",
    "tb": "tb_hypergrid",
    "db": "db_hypergrid",
    "subtb": "subtb_hypergrid",
}


class AuthorsTraining(NamedTuple):
    engine: str
    env: Any
    params: Any
    # The logits at observations, for `variation_of`.
    act: Callable
    # For a number of iterations: the state to begin with, and a compiled function that trains it for so many.
    compiled: Callable
    # The total variation by their own metric.
    own_variation: Callable


class Begun(Exception):
    """Raised instead of training, with the state that training begins with."""


class NoMetrics:
    """Their metrics' interface, with nothing behind it."""

    def UpdateArgs(self, **_):
        return None

    ProcessArgs = UpdateArgs

    def update(self, state, **_):
        return state

    def process(self, metrics_state, **_):
        return metrics_state

    def get(self, _):
        return {}


def authors_start(problem):
    """Their script as a module, and the state that it begins with. `problem` has the folder of their repository, the
    objective, the batch, the seed and perhaps other settings, by their place in the script's YAML file."""
    folder = os.path.abspath(problem["folder"])
    import_their_gfnx(folder)
    script = import_script(SCRIPTS[problem["objective"]])
    import jax
    from omegaconf import OmegaConf

    settings = OmegaConf.load(os.path.join(folder, "gfnx", "baselines", "configs", f"{script.__name__}.yaml"))
    settings.seed, settings.num_envs = problem["seed"], problem["batch"]
    for place, value in problem.get("settings", {}).items():
        OmegaConf.update(settings, place, value)
    # They call it after each step.
    jax.debug.callback = lambda *_, **__: None
    return script, begun(script, settings)


def without_metrics(state):
    return state._replace(metrics_module=NoMetrics(), metrics_state=(), eval_info={})


def authors_training(problem):
    """As `authors_start`, ready to be compiled."""
    script, begun_state = authors_start(problem)
    import equinox as eqx
    import jax

    exact = begun_state.metrics_module.metrics["exact_dist"]
    exact_state = begun_state.metrics_state.states["exact_dist"]
    state = without_metrics(begun_state)
    start, static = eqx.partition(state, eqx.is_array)

    def iteration(index, carry):
        # Without its own jit, which wants settings that can be hashed; this is in another one.
        after = script.train_step.__wrapped__(index, eqx.combine(carry, static))
        return eqx.partition(after, eqx.is_array)[0]

    def compiled(iterations):
        @functools.partial(jax.jit, donate_argnums=(0,))
        def train(carry):
            return jax.lax.fori_loop(0, iterations, iteration, carry)

        return start, train.lower(start).compile()

    def policy(carry):
        # TB, DB and SubTB have log Z or flows beside their policy.
        return eqx.combine(carry.model, static.model)

    def act(_, observations, carry):
        return jax.vmap(policy(carry))(observations)["forward_logits"], {}

    def own_variation(carry):
        parameters = eqx.filter(policy(carry), eqx.is_array)
        args = exact.ProcessArgs(policy_params=parameters, env_params=state.env_params)
        after = exact.process(exact_state, rng_key=jax.random.key(0), args=args)
        return exact.get(after)["tv"]

    engine = f"their {script.__name__}.py, JAX {jax.__version__} on {jax.devices()[0].platform}"
    return AuthorsTraining(engine, state.env, state.env_params, act, compiled, own_variation)


def import_their_gfnx(folder):
    if "gfnx" in sys.modules:
        return
    sys.path[:0] = [os.path.join(folder, "gfnx", *part) for part in (("baselines",), (), ("src",))]
    spec = importlib.util.find_spec("gfnx")
    if spec is None or not spec.origin.startswith(folder + os.sep):
        raise SystemExit(f"{folder} has no gfnx/src/gfnx: it must be a clone of https://github.com/tgritsaev/ent-ppo.")
    package = importlib.util.module_from_spec(spec)
    sys.modules["gfnx"] = package
    for name in ("environment", "reward"):
        importlib.import_module(f"gfnx.{name}").__getattr__ = nothing
    spec.loader.exec_module(package)


def nothing(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return None


def import_script(name):
    hydra = types.ModuleType("hydra")
    hydra.main = lambda **_: lambda run: run
    sys.modules["hydra"] = hydra
    logging.disable(logging.INFO)
    return importlib.import_module(name)


def begun(script, settings):
    """The state that a script makes before it trains."""
    state_of = script.TrainState

    def stop(**fields):
        raise Begun(state_of(**fields))

    script.TrainState = stop
    try:
        script.run_experiment(settings)
    except Begun as caught:
        return caught.args[0]
    finally:
        script.TrainState = state_of
    raise SystemExit(f"{script.__name__}.py trained without making a TrainState: it is another version than is known.")
