/** Powers of ten, or two to five round numbers. */
export function ticksOf(low: number, high: number, isLog: boolean): readonly number[] {
  const ticks: number[] = [];
  if (isLog) {
    for (let power = Math.ceil(Math.log10(low) - 1e-9); 10 ** power <= high * (1 + 1e-9); power++) {
      ticks.push(10 ** power);
    }
    return ticks;
  }
  const rough = (high - low) / 3;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const holds = (size: number) => Math.floor(high / size + 1e-9) - Math.ceil(low / size - 1e-9) + 1;
  const sizes = [0.5, 1, 2, 5, 10].map((part) => part * unit);
  // The coarsest with two numbers in the range, but none finer than a third of it without need.
  const step =
    sizes.find((size) => size >= rough && holds(size) > 1) ?? sizes.findLast((size) => holds(size) > 1) ?? rough;
  for (let index = Math.ceil(low / step); index * step <= high + 1e-9 * step; index++) ticks.push(index * step);
  return ticks;
}

/** A number on an axis: three digits, with a power of ten for large and small ones. */
export function tickText(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  const text = size >= 1e4 || size < 1e-3 ? value.toExponential(0) : String(Number(value.toPrecision(3)));
  return text.replace('-', '−');
}
