import { tell } from "@/features/connection/ask";
import { RefusedError } from "@/features/connection/refusal";
import type { Locale } from "@tertulia/model/users";
import type { Register, SignedIn } from "@tertulia/model/accounts";
import { signIn } from "./session";
import { usernameFromName } from "./username-from-name";

const NAMES_TRIED = 20;

export interface NewAccount {
  displayName: string;
  email: string;
  password: string;
  locale: Locale;
  setupCode?: string | undefined;
}

/** Registers, under the first user name that is still free, and signs in. @throws RefusedError */
export async function makeAccount({ setupCode, ...account }: NewAccount): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const username = usernameFromName(account.displayName, attempt);
    try {
      const { token } = await tell<SignedIn>("account.register", { ...account, username, ...(setupCode ? { setupCode } : {}) } satisfies Register);
      return await signIn({ token });
    } catch (thrown) {
      const nameTaken = thrown instanceof RefusedError && thrown.refused.code === "CONFLICT" && thrown.refused.details["field"] === "username";
      if (!nameTaken || attempt === NAMES_TRIED) throw thrown;
    }
  }
}
