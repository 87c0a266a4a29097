// A vitest reporter that writes the counts of a run, and the skipped tests, to the file FLOWTAPE_TEST_SUMMARY.
import { writeFileSync } from 'node:fs';

export default class SummaryReporter {
  onTestRunEnd(modules) {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const of = (state) => tests.filter((test) => test.result().state === state);
    // A file that does not load counts as one failed test.
    const broken = modules.filter((module) => module.state() === 'failed' && module.errors().length > 0);
    const skipped = of('skipped').map((test) => ({ name: nameOf(test), reason: test.result().note ?? '' }));
    const summary = { passed: of('passed').length, failed: of('failed').length + broken.length, skipped };
    writeFileSync(process.env.FLOWTAPE_TEST_SUMMARY, JSON.stringify(summary));
  }
}

const nameOf = (test) => `${test.module.relativeModuleId} > ${test.fullName}`;
