"""Training speed of torchgfn (https://github.com/GFNOrg/torchgfn), used as its guide does: a sampler that keeps the
log-probabilities, a loss that reuses them, Adam with a parameter group of its own for log Z.

    python torchgfn_training.py '{"problem": "hypergrid", ...}'

takes a problem (see bench/train/problems.ts) and writes its timings as lines of JSON.
"""

import importlib.metadata
import json
import sys

import torch
from gfn.estimators import DiscretePolicyEstimator, ScalarEstimator
from gfn.gflownet import DBGFlowNet, SubTBGFlowNet, TBGFlowNet
from gfn.gym import HyperGrid
from gfn.preprocessors import KHotPreprocessor
from gfn.samplers import Sampler
from gfn.utils.modules import MLP, DiscreteUniform

from timing import run


def gflownet_of(problem, env):
    preprocessor = KHotPreprocessor(height=env.height, ndim=env.ndim)
    hidden = problem["hidden"]
    network = MLP(preprocessor.output_dim, env.n_actions, hidden_dim=hidden, n_hidden_layers=2)
    forward = DiscretePolicyEstimator(network, env.n_actions, preprocessor=preprocessor)
    backward = DiscretePolicyEstimator(
        DiscreteUniform(env.n_actions - 1), env.n_actions, preprocessor=preprocessor, is_backward=True
    )
    objective = problem["objective"]
    if objective == "tb":
        return TBGFlowNet(forward, backward, init_logZ=0.0)
    # The flow is a further output of the same network: it shares the hidden layers.
    flow = MLP(preprocessor.output_dim, 1, hidden_dim=hidden, n_hidden_layers=2, trunk=network.trunk)
    log_flow = ScalarEstimator(flow, preprocessor=preprocessor)
    if objective == "db":
        return DBGFlowNet(forward, backward, log_flow)
    if objective == "subtb":
        return SubTBGFlowNet(forward, backward, log_flow, weighting="geometric_within", lamda=problem["decay"])
    raise SystemExit(f"torchgfn has no {objective}")


def training(problem):
    """A function that trains for so many iterations and gives the mean length and the last loss."""
    torch.manual_seed(problem["seed"])
    if problem["problem"] != "hypergrid":
        raise SystemExit(f"torchgfn has no {problem['problem']}")
    env = HyperGrid(
        ndim=problem["dimension"],
        height=problem["side"],
        reward_fn_str="original",
        reward_fn_kwargs={"R0": 1e-3, "R1": 0.5, "R2": 2.0},
    )
    gflownet = gflownet_of(problem, env)
    sampler = Sampler(estimator=gflownet.pf)
    # log Z, where there is one, has a rate of its own.
    log_z = {id(p) for name, p in gflownet.named_parameters() if "logZ" in name}
    groups = [{"params": [p for p in gflownet.parameters() if id(p) not in log_z], "lr": problem["learningRate"]}]
    if log_z:
        rate = problem["logPartitionLearningRate"]
        groups.append({"params": [p for p in gflownet.parameters() if id(p) in log_z], "lr": rate})
    optimizer = torch.optim.Adam(groups)

    def advance(iterations):
        steps = 0
        for _ in range(iterations):
            trajectories = sampler.sample_trajectories(env, n=problem["batch"], save_logprobs=True)
            optimizer.zero_grad()
            loss = gflownet.loss_from_trajectories(env, trajectories, recalculate_all_logprobs=False)
            loss.backward()
            optimizer.step()
            steps += int(trajectories.terminating_idx.sum())
        return steps / (iterations * problem["batch"]), loss.item()

    return advance


if __name__ == "__main__":
    version = importlib.metadata.version("torchgfn")
    run(f"torchgfn {version}, PyTorch {torch.__version__} on cpu, {torch.get_num_threads()} threads", training, json.loads(sys.argv[1]))
