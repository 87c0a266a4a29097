import type { Launch } from '../../plan/index.ts';
import { messageOf } from '../../text/message-of.ts';
import { ShaderError, SubgroupError } from '../errors.ts';
import type { Life } from '../life.ts';

/** A launch with everything needed to encode it. */
export interface CompiledLaunch {
  readonly launch: Launch;
  readonly pipeline: GPUComputePipeline;
}

export interface Pipelines {
  /** The launch's pipeline; equal text with equal constants is compiled once per device. */
  compile(launch: Launch): Promise<GPUComputePipeline>;
  layoutFor(bindings: number): GPUBindGroupLayout;
  readonly count: number;
}

export function createPipelines(device: GPUDevice, life: Life): Pipelines {
  const layouts = new Map<number, GPUBindGroupLayout>();
  const compiled = new Map<string, Promise<GPUComputePipeline>>();

  const layoutFor = (bindings: number): GPUBindGroupLayout => {
    const known = layouts.get(bindings);
    if (known) return known;
    const entries = Array.from({ length: bindings }, (_, binding) => ({
      binding,
      visibility: GPUShaderStage.COMPUTE,
      buffer: { type: 'storage' as const },
    }));
    const layout = device.createBindGroupLayout({ entries });
    layouts.set(bindings, layout);
    return layout;
  };

  const compileSource = async (
    { label, origin, subgroups }: Launch,
    code: string,
    constants: Record<string, number>,
    bindGroupLayout: GPUBindGroupLayout,
  ): Promise<GPUComputePipeline> => {
    life.check();
    // The module's errors are requested below, if they matter.
    device.pushErrorScope('validation');
    const layout = device.createPipelineLayout({ bindGroupLayouts: [bindGroupLayout] });
    const module = device.createShaderModule({ label, code });
    const invalid = device.popErrorScope();
    const compute = { module, entryPoint: 'main', constants };
    const making = device.createComputePipelineAsync({ label, layout, compute });
    try {
      const [pipeline] = await life.settled(Promise.all([making, invalid]));
      return pipeline;
    } catch (cause) {
      life.check();
      const { messages } = await life.settled(module.getCompilationInfo());
      // An error with a position is in the source; otherwise the device may be lost, since wgpu refuses pipelines first
      // and reports the loss afterwards.
      if (!messages.some(({ type, lineNum }) => type === 'error' && lineNum > 0)) await life.news();
      life.check();
      const whose = origin === undefined ? '' : `, which holds the WGSL of ${origin},`;
      const problems = [...messages.map((message) => describeMessage(message, code)), messageOf(cause)];
      const text = `webgpu device: kernel ${label}${whose} does not compile.\n${problems.join('\n')}`;
      throw new (subgroups ? SubgroupError : ShaderError)(text, { cause });
    }
  };

  return {
    layoutFor,
    get count() {
      return compiled.size;
    },
    compile(launch) {
      const { source: body, constants } = withRows(launch);
      const source = launch.subgroups ? subgroupDirectives + body : body;
      const bindings = bindingCount(launch);
      const key = `${bindings}|${JSON.stringify(constants)}|${source}`;
      const known = compiled.get(key);
      if (known) return known;
      const pipeline = compileSource(launch, source, constants, layoutFor(bindings));
      compiled.set(key, pipeline);
      pipeline.catch(() => compiled.delete(key));
      return pipeline;
    },
  };
}

/** Rows counted on the device are read from memory, so WGSL cannot prove that a subgroup branches uniformly. */
const subgroupDirectives = 'enable subgroups;\ndiagnostic(off, subgroup_uniformity);\n';

/** The number of buffers that a launch binds: its operands, and the window if rows are counted on the device. */
export function bindingCount({ bindings, rows }: Launch): number {
  return bindings.length + (rows?.rows ? 1 : 0);
}

/** The source with `row_start` and `row_count`, read from the window bound last, or constant. */
export function withRows({ source, constants = {}, bindings, rows }: Launch): {
  source: string;
  constants: Record<string, number>;
} {
  if (!rows) return { source, constants: { ...constants } };
  if (rows.rows) {
    const prefix =
      `@group(0) @binding(${bindings.length}) var<storage, read_write> row_window: array<i32>;\n` +
      'fn row_start() -> u32 { return u32(row_window[0]); }\nfn row_count() -> u32 { return u32(row_window[1]); }\n';
    return { source: prefix + source, constants: { ...constants } };
  }
  const prefix =
    'override FIXED_ROWS: u32;\nfn row_start() -> u32 { return 0u; }\nfn row_count() -> u32 { return FIXED_ROWS; }\n';
  return { source: prefix + source, constants: { ...constants, FIXED_ROWS: rows.shape[0] ?? 1 } };
}

/** A compiler's message with the line that it refers to. */
function describeMessage({ type, lineNum, linePos, message }: GPUCompilationMessage, source: string): string {
  const line = source.split('\n')[lineNum - 1];
  // Some compilers quote the line themselves.
  const shown = line === undefined || message.includes(line.trim()) ? '' : `\n  ${lineNum} | ${line}`;
  return `${type} at ${lineNum}:${linePos}: ${message}${shown}`;
}
