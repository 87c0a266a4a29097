export interface Chromium {
  readonly executablePath: string;
  /** Arguments with which WebGPU runs on SwiftShader. */
  readonly args: string[];
  /** Arguments with which there is no WebGPU adapter. */
  readonly argsWithoutWebgpu: string[];
  /** Additions to the process's own environment. */
  readonly env: Record<string, string>;
  readonly version: string;
}

export function findChromium(): Promise<Chromium>;
