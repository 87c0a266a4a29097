/**
 * Settles in a task of its own, behind those that wait already, such as a message that has come in. Unlike a timer it
 * is not held back: not in a page that cannot be seen, and not by the 4 ms that timers set by timers wait.
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
