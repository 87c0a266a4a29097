import { detailedBalanceLoss } from '../balance.ts';
import { flowLearner } from '../balance-learners.ts';
import { defineObjective } from '../define.ts';
import { detailedBalanceAbout } from './options.ts';

/**
 * Detailed balance (Bengio et al., JMLR 2023): half the mean squared residual over all steps of the batch.
 * @throws Error on options that are unknown or out of range
 */
export const detailedBalance = defineObjective(detailedBalanceAbout, (options, context) =>
  flowLearner(options, context, detailedBalanceLoss),
);
