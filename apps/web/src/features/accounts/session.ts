import { isRefusalCode, RefusedError, type Refused } from "@/features/connection/refusal";
import type { RefusalDetails } from "@tertulia/model/refusals";
import { forgetEverything } from "./kept-here";

/**
 * Starts a web session: the server answers with a cookie that no script can read. `token` is what registering answered,
 * so that a new account has one session and not two.
 * @throws RefusedError
 */
export async function signIn(credentials: { login: string; password: string } | { token: string }): Promise<void> {
  const answer = await postToAuth("callback/credentials", credentials);
  if (!answer.ok) throw new RefusedError(await refusalFrom(answer));
}

/** Ends the web session, and only then forgets what this browser kept of it. @throws RefusedError */
export async function signOut(forgetMessages: () => Promise<void>): Promise<void> {
  await postToAuth("signout", {});
  await forgetMessages();
  forgetEverything();
  window.location.assign("/sign-in");
}

async function postToAuth(path: string, fields: Record<string, string>): Promise<Response> {
  try {
    const csrf: { csrfToken: string } = await fetch("/api/auth/csrf").then((response) => response.json());
    return await fetch(`/api/auth/${path}`, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ ...fields, csrfToken: csrf.csrfToken, callbackUrl: window.location.origin, json: "true" }),
    });
  } catch {
    throw new RefusedError({ code: "NO_CONNECTION", details: {}, requestId: null });
  }
}

// next-auth says why in the address it would have gone to: its own word for a wrong password, or ours with its details.
async function refusalFrom(answer: Response): Promise<Refused> {
  const { url }: { url?: string } = await answer.json().catch(() => ({}));
  const query = url ? new URL(url, window.location.origin).searchParams : new URLSearchParams();
  const [code, ms] = (query.get("error") ?? "").split(":");
  const details: RefusalDetails = ms ? { retryAfterMs: Number(ms) } : {};
  if (isRefusalCode(code)) return { code, details, requestId: null };
  return { code: code === "CredentialsSignin" ? "WRONG_PASSWORD" : "INTERNAL", details: {}, requestId: null };
}
