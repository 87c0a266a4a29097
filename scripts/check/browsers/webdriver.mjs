// Drives WebKit by WebDriver (https://www.w3.org/TR/webdriver2/), as far as the checks of one page require.
import { spawn } from 'node:child_process';

/** Starts a display and WebKitWebDriver on it. `send` sends a command and returns its value; `close` ends both. */
export async function startDriver() {
  const display = start('Xvfb', ['-displayfd', '1', '-screen', '0', '1280x1000x24', '-nolisten', 'tcp']);
  const number = await new Promise((resolve, reject) => {
    display.child.stdout.once('data', (text) => resolve(`${text}`.trim()));
    display.ended.then(() => reject(new Error('Xvfb ended before it had a display.')));
  });
  const port = 20_000 + (process.pid % 10_000);
  const driver = start('WebKitWebDriver', [`--port=${port}`], { ...process.env, DISPLAY: `:${number}` });
  const close = async () => {
    await driver.end();
    await display.end();
  };
  const send = async (method, path, body) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method, body: body && JSON.stringify(body) });
    const { value } = await answer.json();
    if (value?.error) throw new Error(`${value.error}: ${value.message}`);
    return value;
  };
  for (let tries = 1; ; tries++) {
    const failure = await send('GET', '/status').then(
      () => undefined,
      (error) => error,
    );
    if (!failure) return { send, close };
    if (tries === 100) {
      await close();
      throw new Error('WebKitWebDriver does not answer.', { cause: failure });
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function start(program, words, env = process.env) {
  const child = spawn(program, words, { env, stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = new Promise((resolve) => {
    child.once('exit', resolve);
    child.once('error', resolve);
  });
  const end = () => {
    child.kill();
    return ended;
  };
  return { child, ended, end };
}

/**
 * Opens a window of WebKit.
 * @returns functions that open an address, run an expression in the page (awaited, its value as JSON), and close the window;
 * `problems` returns what `recorder` recorded in the page
 */
export async function openWebkit({ send }) {
  const { sessionId, capabilities } = await send('POST', '/session', { capabilities: {} });
  const path = `/session/${sessionId}`;
  await send('POST', `${path}/timeouts`, { script: 600_000 });
  const run = async (expression) => {
    const script = `const tell = arguments[arguments.length - 1];
      Promise.resolve(${expression}).then((value) => tell(JSON.stringify({ value })), (error) => tell(JSON.stringify({ failure: String(error) })));`;
    const { value, failure } = JSON.parse(await send('POST', `${path}/execute/async`, { script, args: [] }));
    if (failure) throw new Error(failure);
    return value;
  };
  return {
    version: capabilities.browserVersion,
    open: (url) => send('POST', `${path}/url`, { url }),
    run,
    problems: () => run('globalThis.consoleProblems ?? ["nothing was recorded"]'),
    close: () => send('DELETE', path),
  };
}

/** A page's first script, which records the errors and warnings of its console: the driver has no command for them. */
export const recorder = `
globalThis.consoleProblems = [];
for (const kind of ['warn', 'error']) {
  const say = console[kind];
  console[kind] = (...words) => {
    consoleProblems.push(words.join(' '));
    say(...words);
  };
}
addEventListener('error', ({ target, message }) =>
  consoleProblems.push(message ?? 'not loaded: ' + (target.src ?? target.href)), true);
addEventListener('unhandledrejection', ({ reason }) => consoleProblems.push(String(reason)));
addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
  consoleProblems.push(violatedDirective + ' forbids ' + blockedURI));
`;
