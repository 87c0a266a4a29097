/**
 * The page's service worker: keeps all files of the page as of its installation, so that the page works offline.
 * Another build has another list, and so other files from the next visit on.
 */

/**
 * The part of a service worker's scope used here; TypeScript has it in a separate library that excludes the one for
 * pages.
 */
interface ServiceWorkerScope {
  addEventListener(
    kind: 'install' | 'activate',
    listener: (event: { waitUntil(work: Promise<unknown>): void }) => void,
  ): void;
  addEventListener(
    kind: 'fetch',
    listener: (event: { readonly request: Request; respondWith(answer: Promise<Response>): void }) => void,
  ): void;
}

/** The build's files and its identifier, inserted by the build. */
declare const BUILD: { readonly name: string; readonly files: readonly string[] };

const scope = globalThis as unknown as ServiceWorkerScope;
const prefix = 'flowtape-page-';
const name = prefix + BUILD.name;

scope.addEventListener('install', (event) => {
  event.waitUntil(caches.open(name).then((cache) => cache.addAll([...BUILD.files])));
});

scope.addEventListener('activate', (event) => {
  const old = async () => (await caches.keys()).filter((key) => key.startsWith(prefix) && key !== name);
  event.waitUntil(old().then((keys) => Promise.all(keys.map((key) => caches.delete(key)))));
});

scope.addEventListener('fetch', (event) => {
  if (event.request.method !== 'GET') return;
  event.respondWith(
    caches
      .open(name)
      .then((cache) => cache.match(event.request, { ignoreSearch: true }))
      .then((kept) => kept ?? fetch(event.request)),
  );
});

export {};
