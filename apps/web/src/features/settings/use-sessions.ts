"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { Session } from "@tertulia/model/sessions";
import { refusalOf, type Refused } from "@/features/connection/refusal";
import { useTertulia } from "@/features/connection/tertulia";

const KEY = ["sessions.list"];

export interface Sessions {
  /** The last used first; undefined until they have come. */
  list: readonly Session[] | undefined;
  isLoading: boolean;
  refused: Refused | null;
  /** Asks the server anew, for all who show them. */
  refresh(): Promise<void>;
}

/** Where I'm signed in and the API tokens I made, asked for once by all who show them. */
export function useSessions(): Sessions {
  const { trpc } = useTertulia();
  const queries = useQueryClient();
  const { data, error, isFetching } = useQuery({ queryKey: KEY, queryFn: () => trpc.sessions.list.query() });
  return {
    list: data,
    isLoading: !data && isFetching,
    refused: error && refusalOf(error),
    refresh: () => queries.invalidateQueries({ queryKey: KEY }),
  };
}
