// Run before each file of tests in Node, and before programs of the guide: lets a thread that waits for WebGPU rest a
// millisecond at a time.
//
// Dawn in Node asks whether the GPU has finished in every turn of the event loop: each poll makes a function and gives it
// to `setImmediate`, so a waiting thread is busy. Where the GPU is emulated on the same cores, and compiling a kernel
// takes tens of milliseconds, that is up to half of all processor time.

/** Polls that follow each other at once, some 50 microseconds: most of what is read is there by then. */
const polls = 20;

/** Dawn's polls are functions of its own; nothing else hands one to `setImmediate`. */
const isNative = (callback) => Function.prototype.toString.call(callback).includes('[native code]');

const immediate = globalThis.setImmediate;
const rest = globalThis.setTimeout;
let isPolling = false;
let count = 0;

function restingImmediate(callback, ...all) {
  if (all.length > 0 || !isNative(callback)) return immediate(callback, ...all);
  // Whatever is asked anew, not by the poll before, begins to wait.
  count = isPolling ? count + 1 : 0;
  const poll = () => {
    isPolling = true;
    try {
      callback();
    } finally {
      isPolling = false;
    }
  };
  return count < polls ? immediate(poll) : rest(poll, 1);
}

// Files of one process come here one after the other.
if (immediate.name !== restingImmediate.name) {
  globalThis.setImmediate = Object.assign(restingImmediate, immediate);
}
