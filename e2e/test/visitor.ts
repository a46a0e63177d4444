/** Somebody who uses the backend at API_URL. */

import assert from "node:assert/strict";

interface Credentials {
  username: string;
  password: string;
}

/** The answer to a login. */
export async function logIn({ username, password }: Credentials): Promise<Response> {
  const body = new URLSearchParams({ username, password });
  return fetch(address("auth/login"), { method: "POST", body });
}

/** A user who has logged in. */
export class Visitor {
  readonly #token: string;

  private constructor(token: string) {
    this.#token = token;
  }

  static async of(credentials: Credentials): Promise<Visitor> {
    const answer = await logIn(credentials);
    assert.equal(answer.status, 200);
    const { access_token } = (await answer.json()) as { access_token: string };
    return new Visitor(access_token);
  }

  async get(path: string): Promise<any> {
    return this.#ask(path, {});
  }

  async post(path: string, body: object): Promise<any> {
    const headers = { "content-type": "application/json" };
    return this.#ask(path, { method: "POST", headers, body: JSON.stringify(body) });
  }

  async #ask(path: string, init: RequestInit): Promise<any> {
    const headers = { ...init.headers, authorization: `Bearer ${this.#token}` };
    const answer = await fetch(address(path), { ...init, headers });
    assert.ok(answer.ok, `${path} answered ${answer.status}: ${await answer.clone().text()}`);
    return answer.json();
  }
}

function address(path: string): string {
  return `${process.env.API_URL}/api/v1/${path}`;
}
