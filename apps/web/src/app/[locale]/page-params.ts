import type { Locale } from "@tertulia/model/users";

/** The layout has already answered 404 for any other language. */
export interface PageParams {
  params: Promise<{ locale: Locale }>;
}
