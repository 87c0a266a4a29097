"""The objectives of gfnx's scripts `mdb_dag.py`, `fldb_phylo.py`, `tb_ising.py` and `tb_amp.py`, as they compute them."""

import equinox as eqx
import gfnx
import jax
import jax.numpy as jnp
import optax

from gfnx_field_networks import network_of


def field_learner(problem, env, params, key):
    """The start state, the policy's logits in a state, and what updates a state on trajectories.

    A state is the trained arrays, the target network's, the optimizer's, and the number of iterations done.
    """
    loss_of, transitions = {"mdb": (modified_balance, True), "fl-db": (forward_looking, True), "tb": (trajectory, False)}[
        problem["objective"]
    ]
    weights, static = eqx.partition(network_of(problem, env, key), eqx.is_array)
    optimizer, trained = optimizer_of(problem, weights)
    exploration = optax.linear_schedule(*problem["exploration"])
    every, mix = problem["target"]
    drops = problem["problem"] == "phylo" and problem["network"] == "own"

    def act(key, observations, state):
        dropped, explored = jax.random.split(key)
        network = eqx.combine(state[0]["policy"], static)
        logits = network(observations, dropped if drops else None).forward
        uniform = jax.random.bernoulli(explored, exploration(state[3]), (logits.shape[0], 1))
        return jnp.where(uniform, 0.0, logits), {}

    def update(state, trajectories):
        trained, target, moments, done = state
        data = gfnx.utils.split_traj_to_transitions(trajectories) if transitions else trajectories

        def loss_fn(trained):
            network = eqx.combine(trained["policy"], static)
            return loss_of(problem, env, params, network, eqx.combine(target, static), trained["log_z"], data)

        loss, gradients = jax.value_and_grad(loss_fn)(trained)
        changes, moments = optimizer.update(gradients, moments, trained)
        trained = optax.apply_updates(trained, changes)
        share = jnp.where(done % every == 0, mix, 0.0)
        target = jax.tree.map(lambda old, new: old + share * (new - old), target, trained["policy"])
        return (trained, target, moments, done + 1), loss

    start = (trained, jax.tree.map(jnp.copy, weights), optimizer.init(trained), jnp.zeros((), jnp.int32))
    return start, act, update


def static_of(problem, env):
    """What of the network is no array."""
    return eqx.partition(network_of(problem, env, jax.random.key(0)), eqx.is_array)[1]


def optimizer_of(problem, weights):
    rate = problem["learningRate"]
    if problem["problem"] == "phylo":
        rate = optax.warmup_cosine_decay_schedule(0.0, rate, 5000, 95_000, end_value=1e-5)
    decay = problem["weightDecay"]
    policy = optax.adamw(rate, weight_decay=decay) if decay > 0 else optax.adam(rate)
    rates = {"policy": policy, "log_z": optax.adam(problem["logPartitionLearningRate"])}
    trained = {"policy": weights, "log_z": jnp.asarray(problem["logPartition"], jnp.float32)}
    return optax.multi_transform(rates, {"policy": "policy", "log_z": "log_z"}), trained


def log_softmax(logits, invalid):
    return jax.nn.log_softmax(gfnx.utils.mask_logits(logits, invalid), axis=-1)


def taken(log_probabilities, actions):
    return jnp.take_along_axis(log_probabilities, actions[..., None], axis=-1)[..., 0]


def steps_of(env, params, network, target, data):
    """log P_F of all actions [N, A] and of those taken, what the target network says behind them, and log P_B [N]."""
    now, after = network(data.obs), target(data.next_obs)
    log_forward = log_softmax(now.forward, env.get_invalid_mask(data.state, params))
    invalid = env.get_invalid_backward_mask(data.next_state, params)
    undone = env.get_backward_action(data.state, data.action, data.next_state, params)
    return now, after, log_forward, taken(log_softmax(after.backward, invalid), undone)


def modified_balance(_, env, params, network, target, __, data):
    _, after, log_forward, log_backward = steps_of(env, params, network, target, data)
    next_forward = log_softmax(after.forward, env.get_invalid_mask(data.next_state, params))
    change = env.reward_module.delta_score(data.state, data.action, data.next_state, params)
    residual = next_forward[:, -1] + taken(log_forward, data.action) - log_forward[:, -1] - log_backward - change
    kept = ~(data.done | data.pad)
    return optax.huber_loss(jnp.where(kept, residual, 0.0)).sum() / kept.sum()


def forward_looking(_, env, params, network, target, __, data):
    now, after, log_forward, log_backward = steps_of(env, params, network, target, data)
    change = env.reward_module.delta_score(data.next_state)
    goal = log_backward + jnp.where(data.done, 0.0, after.log_flow) + change
    residual = taken(log_forward, data.action) + now.log_flow - jax.lax.stop_gradient(goal)
    return optax.huber_loss(jnp.where(data.pad, 0.0, residual)).sum() / (~data.pad).sum()


def trajectory(problem, env, params, network, _, log_z, data):
    log_forward, gain = sums_of(env, params, network, data)
    return jnp.mean((log_z + log_forward - gain) ** 2) * problem["residualScale"]


def sums_of(env, params, network, data):
    """Over padded trajectories [B, T + 1], from one pass of the network, whose outputs are of both policies: log P_F [B]
    and log P_B + log R [B]."""
    batch, length = data.action.shape
    flat = lambda tree: jax.tree.map(lambda x: x.reshape(batch * length, *x.shape[2:]), tree)
    outputs = jax.tree.map(lambda x: x.reshape(batch, length, *x.shape[1:]), network(flat(data.obs)))
    over = lambda function: jax.vmap(function, in_axes=(1, None), out_axes=1)
    log_forward = taken(log_softmax(outputs.forward, over(env.get_invalid_mask)(data.state, params)), data.action)
    before = jax.tree.map(lambda x: x[:, :-1], data.state)
    after = jax.tree.map(lambda x: x[:, 1:], data.state)
    undone = jax.vmap(env.get_backward_action, in_axes=(1, 1, 1, None), out_axes=1)(
        before, data.action[:, :-1], after, params
    )
    invalid = over(env.get_invalid_backward_mask)(after, params)
    log_backward = taken(log_softmax(outputs.backward[:, 1:], invalid), undone)
    gain = jnp.where(data.pad[:, :-1], 0.0, log_backward + data.log_gfn_reward[:, :-1]).sum(axis=1)
    return jnp.where(data.pad, 0.0, log_forward).sum(axis=1), gain


def bound_of(problem, env, params, static, batch):
    """A function of a state and a key: the mean of log R + log P_B - log P_F over trajectories without exploration."""

    def act(_, observations, weights):
        return eqx.combine(weights, static)(observations).forward, {}

    @jax.jit
    def bound(state, key):
        weights = state[0]["policy"]
        data, _ = gfnx.utils.forward_rollout(key, batch, act, weights, env, params)
        log_forward, gain = sums_of(env, params, eqx.combine(weights, static), data)
        return jnp.mean(gain - log_forward)

    return bound
