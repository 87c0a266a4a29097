/** The losses of residuals by name; `residualLosses` has their formulas. */
export const residualLossNames = ['squared', 'half-squared', 'huber', 'shifted-cosh', 'linex'] as const;

export type ResidualLossName = (typeof residualLossNames)[number];
