import { NextIntlClientProvider } from "next-intl";
import { getLocale } from "next-intl/server";
import type { ReactNode } from "react";
import { messagesIn, type Messages } from "./messages";

/** Gives what is inside the words of the features it names (all of them by default), and no others: they travel in the page. */
export async function Strings({ of, children }: { of?: readonly (keyof Messages)[]; children: ReactNode }) {
  const all = messagesIn[await getLocale()];
  const wanted = of ? Object.fromEntries(of.map((feature) => [feature, all[feature]])) : all;
  return <NextIntlClientProvider messages={wanted}>{children}</NextIntlClientProvider>;
}
