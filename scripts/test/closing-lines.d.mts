/** See closing-lines.mjs. */
export function closingLines(
  summary:
    | {
        readonly passed: number;
        readonly failed: number;
        readonly skipped: readonly { readonly name: string; readonly reason: string }[];
      }
    | undefined,
  status: number | null,
): string[];
