/** What TypeScript itself says of data that came at run time. */

import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const TYPES = fileURLToPath(new URL("../../src/scenarios.ts", import.meta.url));
const COMPILER = fileURLToPath(new URL("../../node_modules/typescript/bin/tsc", import.meta.url));

/** The compiler's errors where data, by scenario, is not what `ScenarioData` says of it. */
export async function misfits(data: ReadonlyMap<string, unknown>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "scenarios-"));
  const file = join(folder, "data.ts");
  try {
    await writeFile(file, source(data));
    return await compile(file);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Literals, so that a member too many is an error as well. */
function source(data: ReadonlyMap<string, unknown>): string {
  const constants = [...data].map(([scenario, told], i) => {
    const name = JSON.stringify(scenario);
    return `export const data${i}: ScenarioData[${name}] = ${JSON.stringify(told)};\n`;
  });
  return [`import type { ScenarioData } from ${JSON.stringify(TYPES)};\n`, ...constants].join("");
}

function compile(file: string): Promise<string> {
  const command = [COMPILER, "--noEmit", "--strict", "--allowImportingTsExtensions", file];
  const cwd = dirname(file); // beside no tsconfig.json, which the compiler would object to
  return new Promise((resolve) => {
    execFile(process.execPath, command, { cwd }, (_error, output) => resolve(output));
  });
}
