import { byId, make } from './dom.ts';

/** Offers bytes to the visitor as a file. */
export function download(bytes: Uint8Array, name: string): void {
  const address = URL.createObjectURL(
    new Blob([bytes as Uint8Array<ArrayBuffer>], { type: 'application/octet-stream' }),
  );
  const link = make('a', { href: address, download: name });
  link.click();
  // By then the browser has read the bytes.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** Files chosen or dropped anywhere on the page. */
export function createFileInput(take: (file: File) => void): { choose(): void } {
  const input = byId<HTMLInputElement>('checkpoint-file');
  const veil = byId('drop');
  input.addEventListener('change', () => {
    const [file] = input.files ?? [];
    // The same file can be chosen again.
    input.value = '';
    if (file) take(file);
  });
  const hasFile = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
  addEventListener('dragover', (event) => {
    if (!hasFile(event)) return;
    event.preventDefault();
    veil.hidden = false;
  });
  addEventListener('dragleave', ({ relatedTarget }) => {
    if (relatedTarget === null) veil.hidden = true;
  });
  addEventListener('drop', (event) => {
    veil.hidden = true;
    const [file] = event.dataTransfer?.files ?? [];
    if (!hasFile(event)) return;
    event.preventDefault();
    if (file) take(file);
  });
  return { choose: () => input.click() };
}
