/** A request that fails says what was asked, why it failed, and what to do. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, test } from "node:test";

import {
  cleanupTestData,
  listScenarios,
  SeedError,
  seedTestScenario,
  type TestScenario,
} from "../src/client.js";
import { freePort, startBackend } from "./backend.js";

const VARIABLES = ["API_URL", "TEST_ENDPOINTS_TOKEN"];
beforeEach(clear);
afterEach(clear);

function clear(): void {
  VARIABLES.forEach((name) => delete process.env[name]);
}

async function failure(asking: Promise<unknown>): Promise<SeedError> {
  const error = await asking.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof SeedError, `no SeedError, but ${error}`);
  return error;
}

/** Runs a web server of another kind than the backend, and asks it; the result is the request. */
async function meanwhile(
  answer: RequestListener,
  ask: (apiUrl: string) => Promise<unknown>,
): Promise<IncomingMessage> {
  let asked: IncomingMessage | undefined;
  const server = createServer((request, response) => {
    asked = request;
    answer(request, response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    await ask(`http://localhost:${(server.address() as AddressInfo).port}`);
  } finally {
    server.close();
    server.closeAllConnections();
  }
  assert.ok(asked);
  return asked;
}

test("an unknown scenario is refused with the nearest names", async () => {
  const backend = await startBackend({ TEST_ENDPOINTS: "1" });
  try {
    const unknown = "basik" as TestScenario;

    const error = await failure(seedTestScenario(unknown, { apiUrl: backend.url }));

    assert.equal(error.status, 400);
    assert.equal(error.problem?.scenarios?.[0], "basic");
    assert.match(error.message, /api\/v1\/test\/seed answered 400: .*'basik'; there are basic, /);
    assert.match(error.remedy ?? "", /factoryfloor types/);
  } finally {
    await backend.stop();
  }
});

test("a server without test endpoints is asked for them", async () => {
  const backend = await startBackend({}, "/api/v1/health");
  try {
    const error = await failure(listScenarios({ apiUrl: `${backend.url}/` }));

    assert.equal(error.status, 404);
    assert.match(
      error.message,
      /GET http:\/\/localhost:\d+\/api\/v1\/test\/scenarios answered 404/,
    );
    assert.match(error.message, /Is the server running with TEST_ENDPOINTS=1/);
  } finally {
    await backend.stop();
  }
});

test("where nobody listens, the address and the variable are named", async () => {
  process.env.API_URL = `http://localhost:${await freePort()}`;

  const error = await failure(cleanupTestData());

  assert.equal(error.status, undefined);
  assert.ok(error.message.startsWith(`POST ${process.env.API_URL}/api/v1/test/cleanup: `));
  assert.match(error.message, /ECONNREFUSED/);
  assert.match(error.message, /TEST_ENDPOINTS=1\? Start it, or set API_URL/);
});

for (const address of ["localhost:8000", "/api", "http://"]) {
  test(`${address} is refused as no URL`, async () => {
    const error = await failure(listScenarios({ apiUrl: address }));

    assert.ok(error.message.includes(`"${address}", which is no URL`));
    assert.match(error.remedy ?? "", /API_URL/);
  });
}

test("a server that answers with pages is not taken for the backend", async () => {
  await meanwhile(
    (_, response) => response.end("<html></html>"),
    async (apiUrl) => {
      const error = await failure(listScenarios({ apiUrl }));

      assert.equal(error.status, 200);
      assert.match(error.message, /no JSON object. Does API_URL name the backend/);
    },
  );
});

test("a refusal that does not say why is an error too", async () => {
  await meanwhile(
    (_, response) => response.writeHead(502).end("Bad gateway"),
    async (apiUrl) => {
      const error = await failure(seedTestScenario("basic", { apiUrl }));

      assert.equal(error.status, 502);
      assert.equal(error.detail, "It does not say why.");
    },
  );
});

test("the token of the environment is sent, and the caller's own instead of it", async () => {
  process.env.TEST_ENDPOINTS_TOKEN = "of-the-environment";

  const headers = [];
  for (const token of [undefined, "of-the-caller"]) {
    const asked = await meanwhile(
      (_, response) => response.end("{}"),
      (apiUrl) => cleanupTestData(token === undefined ? { apiUrl } : { apiUrl, token }),
    );
    headers.push(asked.headers["x-test-endpoints-token"]);
  }

  assert.deepEqual(headers, ["of-the-environment", "of-the-caller"]);
});

test("no token is sent where there is none", async () => {
  const asked = await meanwhile(
    (_, response) => response.end("{}"),
    (apiUrl) => cleanupTestData({ apiUrl }),
  );

  assert.equal(asked.headers["x-test-endpoints-token"], undefined);
});

test("the caller's signal ends the wait with its own reason", async () => {
  await meanwhile(
    () => {},
    async (apiUrl) => {
      const signal = AbortSignal.timeout(50);

      await assert.rejects(listScenarios({ apiUrl, signal }), { name: "TimeoutError" });
    },
  );
});
