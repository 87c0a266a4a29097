import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf } from '../src/text/message-of.ts';
import { insertSections } from '../src/text/places.ts';
import type { GpuFigures } from './gpu/part.ts';
import { gpuSections } from './gpu/report.ts';
import { runGpu } from './gpu/run-gpu.ts';
import { measure } from './measure/measure.ts';
import { parseRequest, type Request, usage } from './options.ts';
import { markdownSections } from './report/markdown.ts';
import { picturesOf } from './report/pictures.ts';
import { type Figures, runParts } from './run.ts';

async function main(args: readonly string[]): Promise<number> {
  let request: Request;
  try {
    request = parseRequest(args);
  } catch (error) {
    console.error(`${messageOf(error)}\n\n${usage}`);
    return 2;
  }
  switch (request.kind) {
    case 'help':
      console.log(usage);
      return 0;
    case 'measure':
      await measure(request.what, JSON.parse(request.request), (record) => console.log(JSON.stringify(record)));
      return 0;
    case 'report': {
      const figures = JSON.parse(await readFile(request.file, 'utf8')) as Figures | GpuFigures;
      const sections = 'gpu' in figures ? gpuSections(figures) : markdownSections(figures);
      const { into } = request;
      if (into === undefined) console.log([...sections.values()].join('\n\n'));
      else {
        await writeFile(into, insertSections(await readFile(into, 'utf8'), sections));
        for (const [picture, svg] of 'gpu' in figures ? [] : await picturesOf(figures)) {
          await writeFile(join(dirname(into), 'images', picture), svg);
        }
      }
      return 0;
    }
    case 'gpu':
      return runGpu(request.options);
    case 'run': {
      const { json } = request.options;
      // After every part, so that an interrupted run is not lost.
      const save = async (figures: Figures) => {
        if (json !== undefined) await writeFile(json, `${JSON.stringify(figures, null, 2)}\n`);
      };
      await runParts(request.options, (text) => console.log(text), save);
      return 0;
    }
  }
}

process.exitCode = await main(process.argv.slice(2));
