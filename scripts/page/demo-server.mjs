// A server for one folder of static files, for this machine only.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize, resolve, sep } from 'node:path';

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

/** Headers that allow threads to share memory: the page is isolated in its own process. */
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/**
 * Serves a folder. Resolves once it is reachable, with its address and a function that stops it.
 * @param port 0 for any free one
 * @param isolated whether to send the headers that shared memory needs; other hosts may not
 * @param path the path of the folder, such as `/some/where/`
 */
export async function serveDemo(folder, { port = 0, isolated = true, path = '/' } = {}) {
  const root = resolve(folder);
  const server = createServer(async (request, response) => {
    const refuse = (status, text) => response.writeHead(status, { 'Content-Type': 'text/plain' }).end(`${text}\n`);
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, 'Only GET and HEAD are answered.');
    const file = fileOf(root, path, request.url ?? '/');
    const found = file && (await stat(file).catch(() => undefined));
    if (!found?.isFile()) return refuse(404, 'There is no such file.');
    response.writeHead(200, {
      'Content-Type': types[extname(file)] ?? 'application/octet-stream',
      'Content-Length': found.size,
      'Cache-Control': 'no-cache',
      'X-Content-Type-Options': 'nosniff',
      ...(isolated ? isolation : {}),
    });
    if (request.method === 'HEAD') return response.end();
    createReadStream(file)
      .on('error', () => response.destroy())
      .pipe(response);
  });
  await new Promise((settle, fail) => {
    server.once('error', fail);
    server.listen(port, '127.0.0.1', settle);
  });
  const close = () => {
    server.closeAllConnections();
    return new Promise((settle) => server.close(settle));
  };
  return { address: `http://localhost:${server.address().port}${path}`, close };
}

/** The file of a request; undefined if it leads out of the folder or is not a path. */
function fileOf(root, path, url) {
  let wanted;
  try {
    wanted = decodeURIComponent(new URL(url, 'http://localhost').pathname);
  } catch {
    return undefined;
  }
  if (!wanted.startsWith(path) || wanted.includes('\0')) return undefined;
  const name = wanted.slice(path.length);
  const file = join(root, normalize(name === '' || name.endsWith('/') ? `${name}index.html` : name));
  return file.startsWith(root + sep) ? file : undefined;
}
