"""gfnx's environments of graphs, trees, spins and peptides with its own rewards, on the data that flowtape reads."""

import json
import pathlib
import struct

import equinox as eqx
import gfnx
import jax
import jax.numpy as jnp
import numpy as np
from gfnx.environment import PhyloTreeEnvironment
from gfnx.networks.reward_models import EqxTransformerRewardModel
from gfnx.reward.phylogenetic_tree import PhyloTreeRewardModule
from gfnx.utils import get_phylo_initialization_args


class Forests(PhyloTreeEnvironment):
    """The library's, seen as flowtape's perceptron sees forests: blocks of one hot input for where each slot went."""

    def get_obs(self, state, env_params):
        slots = jnp.arange(self.num_nodes)
        # to_leaf of the parent is the slot that a slot was joined to, once it is no root itself.
        parent = jnp.take_along_axis(state.parent, jnp.maximum(state.to_root, 0), axis=1)
        into = jnp.where(state.to_root == -1, jnp.take_along_axis(state.to_leaf, jnp.maximum(parent, 0), axis=1), slots)
        one_hot = jax.nn.one_hot(into, self.num_nodes, dtype=jnp.uint8).reshape(into.shape[0], -1)
        return jnp.concatenate([one_hot, one_hot], axis=-1)


class Couplings(gfnx.IsingRewardModule):
    """The library's reward at a fixed coupling of neighbours on a torus, each pair counted twice as there."""

    def __init__(self, side, sigma):
        self.couplings = gfnx.utils.get_true_ising_J(side, sigma)

    def init(self, rng_key, dummy_state):
        return super().init(rng_key, dummy_state).replace(J=self.couplings)


class PeptideNetwork(gfnx.EqxProxyAMPRewardModule):
    """The library's network that rates peptides, with weights out of a safetensors file instead of a checkpoint."""

    def __init__(self, file):
        self.file, self.reward_exponent, self.min_reward = file, 1.0, 1e-6

    def init(self, rng_key, dummy_state):
        sizes = dict(vocab_size=29, max_length=60, embedding_size=64, hidden_size=64, intermediate_size=64)
        rates = dict(dropout_rate=0.0, attention_dropout_rate=0.0, num_layers=4, num_heads=8, pad_id=22)
        model = EqxTransformerRewardModel(encoder_params={**sizes, **rates}, output_dim=1, key=rng_key)
        arrays = read_safetensors(self.file)

        def loaded(path, value):
            return jnp.asarray(arrays[jax.tree_util.keystr(path).lstrip(".").replace("[", ".").replace("]", "")])

        weights, self.model_static = eqx.partition(model, eqx.is_array)
        return {"model_params": jax.tree_util.tree_map_with_path(loaded, weights)}


def read_safetensors(file):
    data = pathlib.Path(file).read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    bounds = {name: [8 + length + at for at in entry["data_offsets"]] for name, entry in header.items()}
    return {name: np.frombuffer(data[a:b], "<f4").reshape(header[name]["shape"]) for name, (a, b) in bounds.items()}


def field_environment(problem):
    name = problem["problem"]
    if name == "dag":
        data = jnp.asarray(np.loadtxt(problem["file"], delimiter=",", dtype=np.float32))
        nodes = data.shape[1]
        likelihood = gfnx.reward.BGeScore(data=data)
        reward = gfnx.DAGRewardModule(prior=gfnx.reward.UniformDAGPrior(num_variables=nodes), likelihood=likelihood)
        return gfnx.environment.DAGEnvironment(reward, num_variables=nodes)
    if name == "ising":
        side, sigma = problem["side"], problem["sigma"]
        return gfnx.environment.IsingEnvironment(Couplings(side, sigma), dim=side**2)
    if name == "phylo":
        file = pathlib.Path(problem["file"])
        about, reward = get_phylo_initialization_args(file.stem, file.parent)
        make = PhyloTreeEnvironment if problem["network"] == "own" else Forests
        return make(reward_module=PhyloTreeRewardModule(**reward), **about)
    if name == "amp":
        return gfnx.AMPEnvironment(PeptideNetwork(problem["file"]))
    raise SystemExit(f"gfnx has no {name}")
