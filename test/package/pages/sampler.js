// A sampler of objects learns a distribution on a grid, on the device that is best here.
import { entPpo, hypergrid, hypergridReward, openDevice, train } from 'flowtape';

const { device } = await openDevice();
const size = { dimension: 2, side: 8 };
const problem = { environment: hypergrid(size), reward: hypergridReward({ ...size, difficulty: 'easy' }) };
const { metrics } = await train({ device, problem, objective: entPpo(), steps: 2, batch: 16 });
console.log(device.kind, metrics.totalVariation > 0 && metrics.totalVariation < 1);
device.destroy();
