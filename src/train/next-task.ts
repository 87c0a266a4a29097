/**
 * Resolves in a new task, after those that are waiting, such as an incoming message. Unlike timers it is not throttled
 * in hidden pages, nor delayed by the 4 ms of nested timers.
 */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
