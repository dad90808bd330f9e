// scalingo, the official JavaScript client: apps. It speaks as harness.py does.

import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import path from "node:path";

const [url, folder] = process.argv.slice(2);
const LIMIT_SECONDS = 180;

const require = createRequire(path.join(folder, "package.json"));
const { clientFromToken } = require("scalingo");
const { version } = require("scalingo/package.json");

const say = (message) => process.stdout.write(JSON.stringify(message) + "\n");

const run = async (call, calls, inFlight) => {
  const each = Math.max(1, Math.floor(calls / inFlight));
  const deadline = performance.now() + LIMIT_SECONDS * 1000;
  const worker = async () => {
    for (let i = 0; i < each; i += 1) {
      if (performance.now() > deadline) throw new Error("it took too long");
      await call();
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  return each * inFlight;
};

const measure = async (call, calls, inFlight) => {
  await run(call, Math.max(20, inFlight), inFlight);
  if (globalThis.gc) globalThis.gc();
  const cpu = process.cpuUsage();
  const wall = performance.now();
  const made = await run(call, calls, inFlight);
  const used = process.cpuUsage(cpu);
  return {
    cpu: (used.user + used.system) / 1e6 / made,
    wall: (performance.now() - wall) / 1e3 / made,
  };
};

const main = async () => {
  const client = await clientFromToken("tk-us-0123456789abcdef", {
    apiUrl: url,
    authApiUrl: `${url}/auth`,
  });
  const calls = { get: () => client.Apps.find("my-app"), list: () => client.Apps.all() };
  if ((await calls.get()).status !== "running") throw new Error("get: not the app");
  if ((await calls.list()).length !== 100) throw new Error("list: not 100 apps");
  say({ version });
  for await (const line of createInterface({ input: process.stdin })) {
    const order = JSON.parse(line);
    try {
      say(await measure(calls[order.call], order.calls, order.in_flight));
    } catch (error) {
      say({ error: String(error).slice(0, 200) });
    }
  }
};

await main();
process.exit(0);
