"""Looks where each loop of torchgfn's local search starts.

    build/python/torchgfn/bin/python bench/python/torchgfn_local_search.py

The chain of local search is: a loop proposes a changed object for each object; the accepted ones take the places of those
that they came from, and the next loop starts there. With greedy acceptance the reward of a start can therefore never
fall. The sampler is run as it is on a grid of 8 by 8, and what each loop is given is compared with that chain.
"""

import importlib.metadata

import torch
from gfn.estimators import DiscretePolicyEstimator
from gfn.gym import HyperGrid
from gfn.preprocessors import KHotPreprocessor
from gfn.samplers import LocalSearchSampler
from gfn.utils.modules import DiscreteUniform

objects, loops = 64, 3


class Watched(LocalSearchSampler):
    """Keeps what each loop starts from, proposes and accepts."""

    def local_search(self, env, trajectories, *args, **kwargs):
        proposed, accepted = super().local_search(env, trajectories, *args, **kwargs)
        ends = [t.terminating_states.tensor.clone() for t in (trajectories, proposed)]
        self.loops.append((*ends, accepted.clone()))
        return proposed, accepted


if __name__ == "__main__":
    torch.manual_seed(0)
    env = HyperGrid(ndim=2, height=8)
    common = dict(n_actions=env.n_actions, preprocessor=KHotPreprocessor(height=8, ndim=2))
    forward = DiscretePolicyEstimator(DiscreteUniform(env.n_actions), **common)
    backward = DiscretePolicyEstimator(DiscreteUniform(env.n_actions - 1), **common, is_backward=True)
    sampler = Watched(forward, backward)
    sampler.loops = []
    sampler.sample_trajectories(
        env, n=objects, n_local_search_loops=loops, back_ratio=0.5, use_metropolis_hastings=False, save_logprobs=True
    )
    print(f"torchgfn {importlib.metadata.version('torchgfn')}; {objects} objects, greedy acceptance")
    for number, (earlier, later) in enumerate(zip(sampler.loops, sampler.loops[1:]), start=1):
        start, proposed, accepted = earlier
        expected = torch.where(accepted[:, None], proposed, start)
        differs = (expected != later[0]).any(dim=1)
        changed = accepted & (proposed != start).any(dim=1)
        print(
            f"loop {number}: {int(accepted.sum())} proposals accepted, {int(changed.sum())} of them another object; "
            f"loop {number + 1} starts elsewhere than at the accepted or kept object for {int(differs.sum())}"
        )
