import { expect, test } from 'vitest';
import { hypergrid } from '../../src/environment/hypergrid.ts';
import { objectiveDefinitions } from '../../src/objective/index.ts';

test.each(objectiveDefinitions)(
  '$name says of itself whether it learns from other policies as its learner does',
  (definition) => {
    const environment = hypergrid({ dimension: 2, side: 4 });
    const learner = definition.create().learner({ environment, batch: 2, seed: 0, architecture: { hidden: [4] } });
    expect(definition.offPolicy).toBe(learner.offPolicy);
  },
);
