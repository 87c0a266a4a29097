import { describe, expect, test } from 'vitest';
import type { Environment, Problem } from '../../src/environment/environment.ts';
import { EnvironmentError } from '../../src/environment/guarded.ts';
import { tokenObservation } from '../../src/environment/observation.ts';
import { trajectoryBalance } from '../../src/objective/index.ts';
import { createTrainer } from '../../src/train/index.ts';
import { fastKernelDevices, onEach } from '../setup/devices.ts';
import { gridInWgsl } from './grid-in-wgsl.ts';

const { environment: sound, reward: soundReward } = gridInWgsl(2, 4);
const isRare = (state: Int32Array) => state[0] === 3 && state[1] === 3 && state[2] === 0;
const rare = '((*state)[0] == 3 && (*state)[1] == 3 && (*state)[2] == 0)';

/** The grid's WGSL with one function changed: what it was is there under another name. */
function changed(code: string, name: string, body: string): { code: string } {
  const found = new RegExp(`fn ${name}\\((.*)\\)(.*) \\{`).exec(code);
  if (!found) throw new Error(`There is no ${name} in the shader.`);
  const was = code.replace(`fn ${name}(`, `fn sound_${name}(`);
  return { code: `${was}\nfn ${name}(${found[1]})${found[2]} {\n${body}\n}\n` };
}

const codeOf = ({ shader }: { readonly shader?: { readonly code: string } | undefined }) => shader?.code ?? '';
// Its objects are not known, or all of them would be looked at before training.
const secret = { name: 'my-grid', enumeration: { reason: 'It is a secret.' } };

/** Tasks that go wrong at the far corner, alike in TypeScript and in WGSL but for the last, and what is said of them. */
const faults: readonly (readonly [string, Problem, RegExp])[] = [
  [
    'a walk that is not at its end after maxSteps',
    {
      reward: soundReward,
      environment: {
        ...sound,
        ...secret,
        step(state, action) {
          if (!isRare(state)) sound.step(state, action);
        },
        shader: changed(codeOf(sound), 'step', `if (!${rare}) { sound_step(state, action); }`),
      } satisfies Environment,
    },
    /after 7 actions \(maxSteps\) a walk is at "\(3, 3\)", which is not terminal/,
  ],
  [
    'a state that allows nothing',
    {
      reward: soundReward,
      environment: {
        ...sound,
        ...secret,
        forwardMask(state, mask) {
          sound.forwardMask(state, mask);
          if (isRare(state)) mask.fill(0);
        },
        shader: changed(codeOf(sound), 'forward_allowed', `return !${rare} && sound_forward_allowed(state, action);`),
      } satisfies Environment,
    },
    /forwardMask allows no action at "\(3, 3\)", which is not terminal/,
  ],
  [
    'a token beyond the width',
    {
      reward: soundReward,
      environment: {
        ...sound,
        ...secret,
        observation: tokenObservation({
          width: 8,
          positions: 2,
          encode: (state, tokens) => tokens.set([isRare(state) ? 99 : state[0], 4 + state[1]]),
        }),
        shader: changed(codeOf(sound), 'token', `return select(sound_token(state, position), 99, ${rare});`),
      } satisfies Environment,
    },
    /observation\.encode at "\(3, 3\)": the token at position 0 is 99, which is not from -1 to 7/,
  ],
  [
    'a reward that is not finite',
    {
      reward: {
        name: 'mine',
        logReward: (state) => (state[0] === 3 && state[1] === 3 ? Number.NEGATIVE_INFINITY : 0),
        // The bits of -Infinity by way of the state: a constant infinity is not allowed in WGSL.
        shader: {
          code: `fn log_reward(state: ptr<function, State>) -> f32 {
            return bitcast<f32>(select(0u, 0xff800000u, (*state)[0] == 3 && (*state)[1] == 3));
          }`,
        },
      },
      environment: { ...sound, ...secret },
    },
    /the log-reward of "\(3, 3\)\." by mine is -Infinity; it must be a finite number/,
  ],
  [
    'WGSL that says something else than TypeScript',
    {
      reward: soundReward,
      environment: {
        ...sound,
        ...secret,
        shader: changed(
          codeOf(sound),
          'is_terminal',
          `return (*state)[2] > 1 || (sound_is_terminal(state) && (*state)[0] < 3);`,
        ),
      },
    },
    /a walk ends at "\(3, \d\)\.", where its WGSL says .* assertShaderConformance/,
  ],
];

onEach(fastKernelDevices, (open) => {
  describe('a fault of a batch in the middle of training', () => {
    test.each(faults)('ends it with function, state and remedy: %s', async (_, problem, message) => {
      const device = await open();
      const options = { problem, objective: trajectoryBalance(), steps: 400, batch: 16, seed: 3 };
      const trainer = await createTrainer({ device, ...options, network: { hidden: [8] } });
      let last = 0;
      const training = (async () => {
        for await (const { step } of trainer) last = step;
      })();
      if (device.kind !== 'webgpu' && message.source.includes('WGSL')) {
        // Without a GPU, WGSL is not run.
        await training;
        expect(last).toBe(400);
        return;
      }
      const error = await training.then(
        () => undefined,
        (cause: Error) => cause,
      );
      expect(error).toBeInstanceOf(EnvironmentError);
      expect(error?.message).toMatch(message);
      expect(error?.message).toMatch(/assert(Shader)?Conformance/);
      // The run is in the state before the iteration that met it, and the device goes on.
      const { step, key } = trainer.lastSnapshot();
      expect(step).toBeLessThan(400);
      expect(key[2]).toBe(step);
      await device.finish();
    });
  });
});
