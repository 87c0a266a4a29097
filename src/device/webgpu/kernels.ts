import { webgpuKernels } from '../../../kernels/webgpu.ts';
import type { KernelName, KernelStep, Launch, WebgpuContext, WebgpuKernel, WebgpuKernels } from '../../plan/index.ts';

/** A step's launches, except those without workgroups. */
export type LaunchesOf = (step: KernelStep) => readonly Launch[];

/**
 * Loads the kernels of some steps.
 *
 * @throws the error of `import`, if a file of the package cannot be loaded
 */
export async function loadKernels(steps: readonly KernelStep[], context: WebgpuContext): Promise<LaunchesOf> {
  const names = [...new Set(steps.map(({ kernel }) => kernel))];
  const load = async (name: KernelName): Promise<Partial<WebgpuKernels>> => webgpuKernels[name](context);
  const loading = names.map(async (name) => [name, (await load(name))[name]] as const);
  const kernels = new Map<KernelName, unknown>(await Promise.all(loading));
  return (step) =>
    (kernels.get(step.kernel) as WebgpuKernel<KernelName>)(step, context).filter(
      ({ workgroups }) => !workgroups.includes(0),
    );
}
