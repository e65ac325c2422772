"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { User } from "@tertulia/model/users";
import { useTertulia } from "@/features/connection/tertulia";
import { useSettled } from "@/features/connection/use-settled";

export interface PeopleSearch {
  /** What the results answer; empty before anything was asked. */
  query: string;
  results: readonly User[];
  error: unknown;
  searching: boolean;
}

/** People and assistants by name or user name; asked only when something is typed. */
export function usePeopleSearch(typed: string): PeopleSearch {
  const { trpc } = useTertulia();
  const query = useSettled(typed.trim());
  const found = useQuery({
    queryKey: ["users.search", query],
    queryFn: () => trpc.users.search.query({ q: query }),
    enabled: query !== "",
    placeholderData: keepPreviousData,
  });
  return { query, results: query === "" ? [] : (found.data ?? []), error: found.error, searching: found.isFetching };
}
