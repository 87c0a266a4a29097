/**
 * The page's service worker: keeps all files of the page as they were when it was installed, so that the page comes up
 * without a network. A page of another build has another list, and so other files, from its next visit on.
 */

/** What of a service worker's scope is used here; TypeScript knows it in a library of its own, which excludes that of pages. */
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

/** The build's files and what tells it from others: written in by the build. */
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
