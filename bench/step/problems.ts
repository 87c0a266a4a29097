/** A training step that other libraries can run too: dense layers with relu, cross-entropy, Adam. */
export interface StepProblem {
  readonly name: string;
  readonly rows: number;
  readonly widths: readonly number[];
}

export const stepProblems: readonly StepProblem[] = [
  { name: 'MLP 64-256-256-32, batch 256', rows: 256, widths: [64, 256, 256, 32] },
  { name: 'MLP 80-256-256-5, batch 1200', rows: 1200, widths: [80, 256, 256, 5] },
];

/** A step that saturates a GPU's arithmetic, while the others are dominated by launches: only in `bench -- gpu`. */
export const largeStepProblem: StepProblem = {
  ...{ name: 'MLP 1024-2048-2048-1024, batch 4096', rows: 4096 },
  widths: [1024, 2048, 2048, 1024],
};

/**
 * Floating-point operations of one step's products: forward, input gradients (except the first layer's), weight
 * gradients.
 */
export function stepFlops({ rows, widths }: StepProblem): number {
  return widths.slice(1).reduce((total, width, layer) => {
    const product = 2 * rows * widths[layer] * width;
    return total + product * (layer === 0 ? 2 : 3);
  }, 0);
}
