/** The backend, running on a database of its own for the tests of one file. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL("../../../backend", import.meta.url));
const PYTHON = "../.venv/bin/python";
const PATIENCE = 120_000; // the first start may have to build the schema

export interface Backend {
  url: string;
  /** Ends it, and drops its database. */
  stop(): Promise<void>;
}

/** The backend's server, once it answers at `path`. */
export async function startBackend(
  environment: Record<string, string>,
  path = "/api/v1/test/health",
): Promise<Backend> {
  const port = await freePort();
  const server = [
    "-m",
    "uvicorn",
    "app.main:app",
    "--port",
    String(port),
    "--log-level",
    "warning",
  ];
  const run = ["-m", "factoryfloor", "run", "--", PYTHON, ...server];
  const child = spawn(PYTHON, run, {
    cwd: FOLDER,
    env: { ...withoutOurs(), ...environment },
    stdio: ["ignore", "inherit", "inherit"],
  });
  const stop = () => end(child);
  process.once("exit", () => child.kill("SIGTERM")); // a test file that fails as a whole
  const url = `http://localhost:${port}`;
  try {
    await answers(`${url}${path}`, child);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

/** A port of the loopback interface where nobody listens. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") {
    throw new Error("a TCP server has no port");
  }
  return address.port;
}

/** This process's environment without what decides about the endpoints. */
function withoutOurs(): NodeJS.ProcessEnv {
  const { ENVIRONMENT, TEST_ENDPOINTS, TEST_ENDPOINTS_TOKEN, ...others } = process.env;
  return others;
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  const end = Date.now() + PATIENCE;
  while (Date.now() < end) {
    if (child.exitCode !== null) {
      throw new Error(`the backend ended with ${child.exitCode} before it answered at ${url}`);
    }
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) {
      return;
    }
    await sleep(100);
  }
  throw new Error(`the backend does not answer at ${url}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill("SIGTERM");
    await once(child, "exit");
  }
}
