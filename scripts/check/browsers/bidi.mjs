// Drives a Firefox by WebDriver BiDi (https://www.w3.org/TR/webdriver-bidi/), as far as the checks of one page require.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Starts a Firefox without a window.
 * @param binary its program
 * @param preferences values of about:config by name
 * @returns functions that open an address, run an expression in the page (awaited, its value as JSON), and close the
 * browser; `problems` has the errors and warnings of its console
 */
export async function openFirefox(binary, { preferences, env }) {
  const profile = mkdtempSync(join(tmpdir(), 'flowtape-firefox-'));
  const lines = Object.entries(preferences).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});`);
  writeFileSync(join(profile, 'user.js'), `${lines.join('\n')}\n`);
  const words = ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0'];
  const child = spawn(binary, words, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const close = async () => {
    child.kill();
    await ended;
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const socket = new WebSocket(`${await addressIn(child)}/session`);
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = () => reject(new Error('Firefox does not answer.'));
    });
    const waiting = new Map();
    const problems = [];
    socket.onmessage = ({ data }) => {
      const { id, type, result, message, method, params } = JSON.parse(data);
      if (method === 'log.entryAdded' && /error|warn/.test(params.level)) problems.push(params.text);
      const told = waiting.get(id);
      waiting.delete(id);
      if (type === 'error') told?.reject(new Error(message));
      else told?.resolve(result);
    };
    let last = 0;
    const send = (method, params = {}) =>
      new Promise((resolve, reject) => {
        waiting.set(++last, { resolve, reject });
        socket.send(JSON.stringify({ id: last, method, params }));
      });
    await send('session.new', { capabilities: {} });
    await send('session.subscribe', { events: ['log.entryAdded'] });
    const [{ context }] = (await send('browsingContext.getTree')).contexts;
    return {
      problems: async () => problems,
      close,
      open: (url) => send('browsingContext.navigate', { context, url, wait: 'complete' }),
      async run(expression) {
        const words = { target: { context }, awaitPromise: true };
        const asked = { expression: `(async () => JSON.stringify(await (${expression})))()`, ...words };
        const { type, result, exceptionDetails } = await send('script.evaluate', asked);
        if (type === 'exception') throw new Error(exceptionDetails.text);
        return result.value === undefined ? undefined : JSON.parse(result.value);
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The address on which a new browser listens, from its output. It has 100 seconds to say it. */
function addressIn(child) {
  return new Promise((resolve, reject) => {
    let said = '';
    const tooLong = () => reject(new Error(`Firefox named no address within 100 s, saying: ${said.slice(-600)}`));
    setTimeout(tooLong, 100_000).unref();
    child.stderr.setEncoding('utf8').on('data', (text) => {
      said += text;
      const found = /WebDriver BiDi listening on (ws:\S+)/.exec(said);
      if (found) resolve(found[1]);
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`Firefox ended with ${code}, saying: ${said.slice(-600)}`)));
  });
}
