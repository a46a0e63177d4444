/** A backend's scenarios for tests in TypeScript, such as those of Playwright. */

import { ask, type RequestOptions } from "./request.js";
import type { ScenarioData, TestScenario } from "./scenarios.js";

export { type Problem, type RequestOptions, SeedError } from "./request.js";
export * from "./scenarios.js";

export interface SeedOptions extends RequestOptions {
  /** How large it is to be, where the scenario has sizes; its usual one by default. */
  scale?: number;
  /** Other values of what is random; 0 by default. */
  seed?: number;
}

/** What a scenario made: ids, codes and credentials in `data`, typed by its name. */
export type SeedResponse<Name extends TestScenario = TestScenario> = {
  [Each in Name]: { success: true; scenario: Each; data: ScenarioData[Each] };
}[Name];

export interface CleanupResponse {
  success: true;
  cleaned: true;
  /** The tables that held rows before. */
  tables: string[];
}

/** Replace what an earlier seeding made by this scenario. Throws `SeedError`. */
export async function seedTestScenario<Name extends TestScenario>(
  scenario: Name,
  options: SeedOptions = {},
): Promise<SeedResponse<Name>> {
  const { scale, seed } = options;
  const body = { scenario, scale, seed };
  return (await ask("POST", "seed", options, body)) as SeedResponse<Name>;
}

/** Return to the empty database. Throws `SeedError`. */
export async function cleanupTestData(options: RequestOptions = {}): Promise<CleanupResponse> {
  return (await ask("POST", "cleanup", options)) as CleanupResponse;
}

/** The names and aliases of all scenarios that the server knows. Throws `SeedError`. */
export async function listScenarios(options: RequestOptions = {}): Promise<TestScenario[]> {
  const answer = await ask("GET", "scenarios", options);
  return (answer as { scenarios: TestScenario[] }).scenarios;
}
