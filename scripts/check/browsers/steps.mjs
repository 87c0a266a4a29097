// The steps of a check: each is printed with the seconds it took, has a limit of time, and is named if it fails.

/**
 * @param check the name of the check, printed before each step
 * @returns a function that runs a step and returns its result. It fails, naming the step, if the step fails or takes more than
 * `seconds`.
 */
export function stepsOf(check) {
  return async (step, seconds, work) => {
    const start = performance.now();
    let timer;
    let last = '';
    const tooLong = new Promise((_, reject) => {
      const tell = () => reject(new Error(`not done after ${seconds} s${last && `; last seen: ${last}`}`));
      timer = setTimeout(tell, 1000 * seconds);
    });
    let isOver = false;
    const attempt = { isOver: () => isOver, see: (state) => (last = state) };
    try {
      const result = await Promise.race([work(attempt), tooLong]);
      console.log(`  ${check}: ${step}, ${((performance.now() - start) / 1000).toFixed(1)} s`);
      return result;
    } catch (error) {
      throw new Error(`${step}: ${error.message}`, { cause: error });
    } finally {
      isOver = true;
      clearTimeout(timer);
    }
  };
}

/**
 * A step that asks the page until it is ready.
 * @param expression gives an object: `ready`, and `state`, a text for the message if it never becomes ready
 */
export function asksUntilReady(browser, expression) {
  return async ({ isOver, see }) => {
    while (!isOver()) {
      const told = await browser.run(expression);
      if (told.ready) return told;
      see(told.state);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  };
}
