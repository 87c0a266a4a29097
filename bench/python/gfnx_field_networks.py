"""The networks of gfnx's scripts for graphs, trees, spins and peptides, and flowtape's perceptron where it has another.

Each takes a batch of observations and gives logits of actions, of backward actions (0 where P_B is uniform), and the
logarithm of a flow.
"""

import equinox as eqx
import gfnx
import jax
import jax.numpy as jnp
import jraph
from gfnx.networks import Encoder, TransformerLayer


class Outputs(eqx.Module):
    forward: jax.Array
    backward: jax.Array
    log_flow: jax.Array | None = None


def perceptron(inputs, outputs, width, depth, key, activation=jax.nn.relu):
    return eqx.nn.MLP(inputs, outputs, width, depth, activation=activation, key=key)


class FlatPolicy(eqx.Module):
    """One perceptron for everything; `encode` makes its inputs of a batch of observations."""

    layers: eqx.nn.MLP
    counts: tuple = eqx.field(static=True)
    encode: object = eqx.field(static=True)

    def __init__(self, inputs, forward, backward, key, *, width=256, depth=2, learned_backward=False, encode=None):
        self.counts = (forward, backward, learned_backward)
        self.encode = encode
        outputs = forward + (backward if learned_backward else 0) + 1
        self.layers = perceptron(inputs, outputs, width, depth, key)

    def __call__(self, observations, key=None):
        forward, backward, learned = self.counts
        inputs = observations if self.encode is None else self.encode(observations)
        found = jax.vmap(self.layers)(inputs.astype(jnp.float32))
        uniform = jnp.zeros((found.shape[0], backward))
        return Outputs(found[:, :forward], found[:, forward:-1] if learned else uniform, found[:, -1])


class GraphPolicy(eqx.Module):
    """Of `mdb_dag.py`: a round of a graph network, attention over nodes, and a product of senders with receivers."""

    embeddings: list
    updates: list
    norms: list
    projection: eqx.nn.Linear
    attention: eqx.nn.MultiheadAttention
    heads: list

    def __init__(self, nodes, key, *, width=128, heads=4):
        keys = iter(jax.random.split(key, 16))
        self.embeddings = [eqx.nn.Embedding(count, width, key=next(keys)) for count in (nodes, 1, 1)]
        self.updates = [perceptron(parts * width, width, width, 1, next(keys)) for parts in (4, 4, 3)]
        self.norms = [eqx.nn.LayerNorm(width) for _ in range(5)]
        self.projection = eqx.nn.Linear(width, 3 * width, key=next(keys))
        self.attention = eqx.nn.MultiheadAttention(
            heads, width, key_size=width, value_size=width, output_size=width, key=next(keys)
        )
        self.heads = [perceptron(width, outputs, width, 1, next(keys)) for outputs in (width, width, 1)]

    def __call__(self, adjacency, key=None):
        batch, nodes, _ = adjacency.shape
        each = [jraph.concatenated_args(jax.vmap(update)) for update in self.updates]
        node_update, edge_update, global_update = each
        network = jraph.GraphNetwork(edge_update, node_update, global_update)
        graphs = batched_graphs(adjacency)
        node, edge, whole = (jax.vmap(embedding) for embedding in self.embeddings)
        graphs = graphs._replace(nodes=node(graphs.nodes), edges=edge(graphs.edges), globals=whole(graphs.globals))
        found = network(graphs)
        nodes_seen = jax.vmap(self.norms[0])(graphs.nodes + found.nodes)[:-1]
        globals_seen = jax.vmap(self.norms[2])(graphs.globals + found.globals)[:-1]
        projected = jax.vmap(self.projection)(nodes_seen).reshape(batch, nodes, -1)
        attended = jax.vmap(self.attention)(*jnp.split(projected, 3, axis=-1)).reshape(batch * nodes, -1)
        attended = jax.vmap(self.norms[3])(attended)
        senders, receivers = (jax.vmap(head)(attended).reshape(batch, nodes, -1) for head in self.heads[:2])
        edges = jnp.einsum("bik,bjk->bij", senders, receivers).reshape(batch, -1)
        stop = jax.vmap(self.heads[2])(jax.vmap(self.norms[4])(globals_seen))
        return Outputs(jnp.concatenate([edges, stop], axis=-1), jnp.zeros((batch, nodes * nodes + 1)))


def batched_graphs(adjacency):
    """A jraph batch of all graphs, with one more of one node that takes the edges left over."""
    batch, nodes, _ = adjacency.shape
    size = batch * nodes * (nodes - 1) // 2
    graph, source, target = jnp.nonzero(adjacency, size=size, fill_value=0)
    count = adjacency.sum()
    is_edge = jnp.arange(size) < count
    spare = batch * nodes
    return jraph.GraphsTuple(
        nodes=jnp.append(jnp.tile(jnp.arange(nodes), batch), 0),
        edges=jnp.zeros(size, jnp.int32),
        globals=jnp.zeros(batch + 1, jnp.int32),
        senders=jnp.where(is_edge, graph * nodes + source, spare),
        receivers=jnp.where(is_edge, graph * nodes + target, spare),
        n_node=jnp.append(jnp.full(batch, nodes), 1),
        n_edge=jnp.append(adjacency.sum(axis=(1, 2)), size - count),
    )


class ForestPolicy(eqx.Module):
    """Of `fldb_phylo.py`: Fitch's sets of each tree through a perceptron, a transformer over trees, logits of pairs."""

    embed: eqx.nn.MLP
    places: jax.Array
    narrow: eqx.nn.Linear
    layers: list
    pair: eqx.nn.MLP
    flow: eqx.nn.MLP
    pairs: tuple = eqx.field(static=True)

    def __init__(self, taxa, inputs, key, *, hidden=32):
        keys = iter(jax.random.split(key, 12))
        leaky = jax.nn.leaky_relu
        self.embed = perceptron(inputs, 128, 256, 2, next(keys), leaky)
        self.places = 0.02 * jax.random.truncated_normal(next(keys), -2, 2, (taxa, 128))
        self.narrow = eqx.nn.Linear(128, hidden, key=next(keys))
        options = dict(hidden_size=hidden, intermediate_size=128, num_heads=8)
        rates = dict(dropout_rate=0.01, attention_dropout_rate=0.01)
        self.layers = [TransformerLayer(**options, **rates, key=next(keys)) for _ in range(6)]
        self.pair = perceptron(hidden, 1, 256, 3, next(keys), leaky)
        self.flow = perceptron(taxa * hidden, 1, 256, 3, next(keys), leaky)
        self.pairs = tuple((l, r) for l in range(taxa) for r in range(l + 1, taxa))

    def __call__(self, observations, key=None):
        return jax.vmap(lambda sets: self.of_one(sets, key))(observations)

    def of_one(self, sets, key):
        sets = sets.reshape(sets.shape[0], -1)
        there = jnp.any(sets, axis=-1)
        x = jax.vmap(self.narrow)(jax.vmap(self.embed)(sets.astype(jnp.float32)) + jax.lax.stop_gradient(self.places))
        for layer in self.layers:
            own, key = (None, None) if key is None else jax.random.split(key)
            x = layer(x, there, enable_dropout=own is not None, key=own)
        left, right = jnp.asarray(self.pairs).T
        logits = jax.vmap(self.pair)(x[left] + x[right])[:, 0]
        return Outputs(logits, jnp.zeros(sets.shape[0] - 1), self.flow(x.reshape(-1))[0])


class PeptidePolicy(eqx.Module):
    """Of `tb_amp.py`: the library's encoder over all 61 tokens, their mean, and a linear layer."""

    encoder: Encoder
    output: eqx.nn.Linear
    counts: tuple = eqx.field(static=True)

    def __init__(self, env, key):
        encoder_key, output_key = jax.random.split(key)
        self.encoder = Encoder(
            **dict(vocab_size=env.ntoken, max_length=env.max_length + 1, pad_id=env.pad_token),
            **dict(embedding_size=64, hidden_size=64, intermediate_size=64, num_layers=3, num_heads=8),
            **dict(dropout_rate=0.0, attention_dropout_rate=0.0, key=encoder_key),
        )
        self.counts = (env.action_space.n, env.backward_action_space.n)
        self.output = eqx.nn.Linear(64, sum(self.counts), key=output_key)

    def __call__(self, observations, key=None):
        found = jax.vmap(self.of_one)(observations)
        return Outputs(found[:, : self.counts[0]], found[:, self.counts[0] :])

    def of_one(self, tokens):
        encoded = self.encoder(tokens, jnp.arange(tokens.shape[0]), enable_dropout=False, key=None)
        return self.output(encoded["layers_out"][-1].mean(axis=0))


def spins_one_hot(spins):
    return jax.nn.one_hot(spins + 1, 3).reshape(spins.shape[0], -1)


def flattened(adjacency):
    return adjacency.reshape(adjacency.shape[0], -1)


def network_of(problem, env, key):
    """The network of gfnx's script, or flowtape's."""
    forward, backward = env.action_space.n, env.backward_action_space.n
    name, own = problem["problem"], problem["network"] == "own"
    if name == "dag":
        nodes = env.num_variables
        if own:
            return GraphPolicy(nodes, key)
        return FlatPolicy(nodes * nodes, forward, backward, key, encode=flattened)
    if name == "ising":
        options = dict(width=problem["width"], depth=problem["depth"], learned_backward=problem["learnedBackward"])
        if own:
            return FlatPolicy(env.dim, forward, backward, key, **options)
        return FlatPolicy(3 * env.dim, forward, backward, key, encode=spins_one_hot, **options)
    if name == "phylo":
        if own:
            return ForestPolicy(env.num_nodes, 5 * env.sequence_length, key)
        return FlatPolicy(2 * env.num_nodes**2, forward, backward, key)
    if name == "amp":
        return PeptidePolicy(env, key)
    raise SystemExit(f"gfnx has no {name}")
