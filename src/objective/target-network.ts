import { readParameters } from '../nn/index.ts';
import { add, assign, lessEqual, multiply, select, subtract } from '../ops/index.ts';
import { applyToStates, type OffPolicyTrajectories } from '../rollout/index.ts';
import { type Tape, type Tensor, type Variable, variable } from '../tape/index.ts';
import { checkGiven } from '../text/check-given.ts';
import type { TrainableNetwork } from './networks.ts';
import type { OffPolicyUpdate } from './objective.ts';

/** How a target network follows its network. */
export interface TargetNetworkOptions {
  /** Calls of `update` between moves: one an iteration, and one more for each replay and round of local search. */
  readonly every: number;
  /** tau: the share of the way to the current parameters in each move; 1 copies them. */
  readonly mix: number;
}

/** A delayed second set of a network's parameters: targets are computed from it, and it is not trained. */
export interface TargetNetwork {
  /** Records the outputs [N, outputs] at the states of a batch; no gradient reaches its parameters. */
  outputsAt(trajectories: Pick<OffPolicyTrajectories, 'observation' | 'distinct'>): Tensor;
  /** Records the end of an update, with a move if one is due. */
  follow(tape: Tape): void;
  /** Its variables in a checkpoint. */
  readonly variables: readonly Variable[];
}

/** A target network that starts as a copy. */
export function targetNetwork(given: TrainableNetwork, options: TargetNetworkOptions): TargetNetwork {
  checkGiven('targetNetwork', { given }, { network: 'network', parameters: 'parameters' });
  checkGiven('targetNetwork', { options }, 'object');
  const { network, parameters } = given;
  const { every, mix } = options;
  const { name } = network;
  const { shape, initial } = parameters.values;
  const values = variable(`${name}/target`, 'f32', shape, initial);
  const age = variable(`${name}/target-age`, 'i32', [1]);
  const own = { ...parameters, values };
  return {
    outputsAt: ({ observation, distinct }) =>
      applyToStates(network, readParameters(observation.tape, own), {
        observation,
        ...(distinct === undefined ? {} : { distinct }),
      }),
    follow(tape) {
      const present = tape.read(parameters.values);
      const past = tape.read(values);
      const moved = mix === 1 ? present : add(past, multiply(subtract(present, past), mix));
      if (every === 1) {
        assign(values, moved);
        return;
      }
      const older = add(tape.read(age), 1);
      // In a run continued with other settings, a move may be overdue.
      const isDue = lessEqual(every, older);
      assign(values, select(isDue, moved, past));
      assign(age, select(isDue, 0, older));
    },
    variables: every === 1 ? [values] : [values, age],
  };
}

/** An update after which the target network follows, if there is one. */
export function followedBy(target: TargetNetwork | undefined, update: OffPolicyUpdate): OffPolicyUpdate {
  return (trajectories, told) => {
    const diagnostics = update(trajectories, told);
    target?.follow(trajectories.action.tape);
    return diagnostics;
  };
}
