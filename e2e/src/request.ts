/** One request to the backend's test endpoints, and what is said where it fails. */

const DEFAULT_URL = "http://localhost:8000";

export interface RequestOptions {
  /** The API's address; by default that of the variable API_URL, else http://localhost:8000. */
  apiUrl?: string;
  /** What a server on another machine asks for; by default that of TEST_ENDPOINTS_TOKEN. */
  token?: string;
  /** Ends the wait: `AbortSignal.timeout(30_000)` after half a minute. */
  signal?: AbortSignal;
}

/** Why the server refused, as RFC 9457 has it. */
export interface Problem {
  title?: string;
  status?: number;
  detail?: string;
  /** All known names, the nearest first, where the scenario is unknown. */
  scenarios?: string[];
}

interface Failure {
  status?: number;
  detail: string;
  remedy?: string | undefined;
  problem?: Problem;
  cause?: unknown;
}

/** A request that failed; the message says what was asked, why it failed, and what to do. */
export class SeedError extends Error {
  override readonly name = "SeedError";
  /** The HTTP status; undefined where nobody answered. */
  readonly status: number | undefined;
  readonly detail: string;
  readonly remedy: string | undefined;
  /** What the server answered, where it said why. */
  readonly problem: Problem | undefined;

  constructor(asked: string, { status, detail, remedy, problem, cause }: Failure) {
    const answered = status === undefined ? "" : ` answered ${status}`;
    super(`${asked}${answered}: ${detail}${remedy ? ` ${remedy}` : ""}`, { cause });
    this.status = status;
    this.detail = detail;
    this.remedy = remedy;
    this.problem = problem;
  }
}

/** What the endpoint answers. Throws `SeedError`, or the signal's reason where that ended it. */
export async function ask(
  method: "GET" | "POST",
  endpoint: string,
  options: RequestOptions,
  body?: object,
): Promise<object> {
  const url = address(endpoint, options);
  const asked = `${method} ${url}`;
  const { status, text } = await send(asked, url, {
    method,
    headers: headers(options, body),
    ...(body && { body: JSON.stringify(body) }),
    ...(options.signal && { signal: options.signal }),
  });
  const answer = parsed(text);
  if (status < 200 || status > 299) {
    throw new SeedError(asked, refusal(status, answer));
  }
  if (answer === undefined) {
    const remedy = "Does API_URL name the backend, and not the server of the pages?";
    throw new SeedError(asked, { status, detail: "The answer is no JSON object.", remedy });
  }
  return answer;
}

function address(endpoint: string, options: RequestOptions): URL {
  const base = options.apiUrl ?? (process.env.API_URL || DEFAULT_URL);
  if (!/^https?:/i.test(base) || !URL.canParse(base)) {
    const detail = `The API's address is ${JSON.stringify(base)}, which is no URL.`;
    const remedy = `Set API_URL to one such as ${DEFAULT_URL}.`;
    throw new SeedError(`the test endpoint ${endpoint}`, { detail, remedy });
  }
  return new URL(`${base.replace(/\/+$/, "")}/api/v1/test/${endpoint}`);
}

function headers(options: RequestOptions, body: object | undefined): Record<string, string> {
  const token = (options.token ?? process.env.TEST_ENDPOINTS_TOKEN ?? "").trim();
  return {
    accept: "application/json",
    ...(body && { "content-type": "application/json" }),
    ...(token && { "x-test-endpoints-token": token }),
  };
}

async function send(asked: string, url: URL, init: RequestInit) {
  try {
    const response = await fetch(url, init);
    return { status: response.status, text: await response.text() };
  } catch (error) {
    if (init.signal?.aborted) {
      throw error;
    }
    const detail = `Nobody answers there (${reason(error)}).`;
    const remedy =
      "Is the server running with TEST_ENDPOINTS=1? Start it, or set API_URL to where it is.";
    throw new SeedError(asked, { detail, remedy, cause: error });
  }
}

/** What stands behind the `fetch failed` of Node. */
function reason(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (cause instanceof Error) {
    return "code" in cause ? String(cause.code) : cause.message;
  }
  return String(cause);
}

function parsed(text: string): object | undefined {
  try {
    const found: unknown = JSON.parse(text);
    return typeof found === "object" && found !== null ? found : undefined;
  } catch {
    return undefined;
  }
}

function refusal(status: number, answer: object | undefined): Failure {
  const problem: Problem = answer ?? {};
  const detail = typeof problem.detail === "string" ? problem.detail : "It does not say why.";
  return { status, detail, remedy: remedies[status], problem };
}

const remedies: Record<number, string> = {
  400: "If the types know it, they are of another version than the server: run `factoryfloor types`.",
  404: "Is the server running with TEST_ENDPOINTS=1, and not with ENVIRONMENT=production?",
};
