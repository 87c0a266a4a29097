/**
 * Calls a function at most once per interval. A call that comes too early is not lost: it is made up for when the interval
 * is over, so what is shown last is never stale, not even when nothing else happens afterwards.
 * @param interval milliseconds
 * @param wait `setTimeout`, or its substitute
 * @param now `performance.now`, or its substitute
 * @returns a function that requests a call, at once (early or not) if `isUrgent`
 */
export function atMostEvery(
  interval: number,
  act: () => void,
  wait: (then: () => void, milliseconds: number) => unknown = setTimeout,
  now: () => number = () => performance.now(),
): (isUrgent?: boolean) => void {
  let last = Number.NEGATIVE_INFINITY;
  let isWaiting = false;
  const actNow = () => {
    last = now();
    act();
  };
  return (isUrgent = false) => {
    const left = last + interval - now();
    if (isUrgent || left <= 0) return actNow();
    if (isWaiting) return;
    isWaiting = true;
    wait(() => {
      isWaiting = false;
      // An urgent call since then may have shown all there is; one more does no harm.
      actNow();
    }, left);
  };
}
