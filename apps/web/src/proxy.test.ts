import { NextRequest } from "next/server";
import { describe, expect, it } from "vitest";
import { proxy } from "./proxy";

const SIGNED_IN = "tertulia.session-token=abc";

function visit(path: string, { cookie = "", languages = "" } = {}) {
  const { status, headers } = proxy(new NextRequest(`http://casa.example${path}`, { headers: { cookie, "accept-language": languages } }));
  const at = (name: string) => headers.get(name)?.replace("http://casa.example", "") ?? null;
  return { status, shows: at("x-middleware-rewrite"), goesTo: at("location") };
}

describe("which page an address shows", () => {
  it("is the sign-in page for whoever carries no session, and it keeps where they wanted to go", () => {
    expect(visit("/")).toMatchObject({ status: 307, goesTo: "/sign-in" });
    expect(visit("/rooms/1?around=4")).toMatchObject({ status: 307, goesTo: "/sign-in?next=%2Frooms%2F1%3Faround%3D4" });
    expect(visit("/", { cookie: "other=1" })).toMatchObject({ goesTo: "/sign-in" });
  });

  it("is the one app page for every address of someone with a session", () => {
    expect(visit("/rooms/1/members", { cookie: SIGNED_IN })).toMatchObject({ shows: "/en", goesTo: null });
    expect(visit("/", { cookie: "__Secure-tertulia.session-token.0=abc" })).toMatchObject({ shows: "/en" });
  });

  it("is in the language of the browser, or in the one that was chosen", () => {
    expect(visit("/sign-in", { languages: "zh-TW,zh;q=0.9,en;q=0.5" })).toMatchObject({ shows: "/zh-CN/sign-in" });
    expect(visit("/sign-in", { languages: "fi" })).toMatchObject({ shows: "/en/sign-in" });
    expect(visit("/", { languages: "en", cookie: `${SIGNED_IN}; tertulia.locale=zh-CN` })).toMatchObject({ shows: "/zh-CN" });
  });
});
