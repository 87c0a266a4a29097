"""The networks of gfnx's scripts: two hidden layers and, for strings, a linear one behind them."""

import equinox as eqx
import jax


class Perceptron(eqx.Module):
    layers: eqx.nn.MLP
    head: eqx.nn.Linear | None
    classes: int = eqx.field(static=True)

    def __init__(self, env, classes: int, outputs: int, hidden: int, key):
        body, head = jax.random.split(key)
        self.classes = classes
        if classes == 0:
            self.layers = eqx.nn.MLP(env.observation_space.shape[0], outputs, hidden, 2, key=body)
            self.head = None
        else:
            self.layers = eqx.nn.MLP(classes * env.max_length, hidden, hidden, 2, key=body)
            self.head = eqx.nn.Linear(hidden, outputs, key=head)

    def __call__(self, observation):
        """Of one observation; strings begin with a token that is always the same."""
        if self.head is None:
            return self.layers(observation)
        one_hot = jax.nn.one_hot(observation[1:], self.classes)
        return self.head(self.layers(one_hot.reshape(-1)))


def of_trajectories(network, observations):
    """[B, T, ...] to [B, T, outputs]."""
    return jax.vmap(jax.vmap(network))(observations)
