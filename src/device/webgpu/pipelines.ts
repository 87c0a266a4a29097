import type { Launch } from '../../plan/index.ts';

/** A launch with what it takes to encode it. */
export interface CompiledLaunch {
  readonly launch: Launch;
  readonly pipeline: GPUComputePipeline;
}

export interface Pipelines {
  /** The launch's pipeline; the same text with the same constants is compiled once for the device. */
  compile(launch: Launch): Promise<GPUComputePipeline>;
  layoutFor(bindings: number): GPUBindGroupLayout;
  readonly count: number;
}

export function createPipelines(device: GPUDevice): Pipelines {
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
      const layout = device.createPipelineLayout({ bindGroupLayouts: [layoutFor(bindings)] });
      const module = device.createShaderModule({ label: launch.label, code: source });
      const pipeline = device
        .createComputePipelineAsync({ label: launch.label, layout, compute: { module, entryPoint: 'main', constants } })
        .catch(async (cause: unknown) => {
          throw new Error(
            `webgpu device: kernel ${launch.label} does not compile.\n${await messagesOf(module, cause)}`,
            { cause },
          );
        });
      compiled.set(key, pipeline);
      return pipeline;
    },
  };
}

/** Rows counted on the device are read from memory, so that WGSL cannot prove that a subgroup branches alike. */
const subgroupDirectives = 'enable subgroups;\ndiagnostic(off, subgroup_uniformity);\n';

/** How many buffers a launch binds: its operands, and the window of rows that are counted on the device. */
export function bindingCount({ bindings, rows }: Launch): number {
  return bindings.length + (rows?.rows ? 1 : 0);
}

/** The source with `row_start` and `row_count`: read from the window bound last, or constants. */
function withRows({ source, constants = {}, bindings, rows }: Launch): {
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

async function messagesOf(module: GPUShaderModule, cause: unknown): Promise<string> {
  const { messages } = await module.getCompilationInfo();
  const lines = messages.map(({ type, lineNum, linePos, message }) => `${type} at ${lineNum}:${linePos}: ${message}`);
  return [...lines, cause instanceof Error ? cause.message : String(cause)].join('\n');
}
