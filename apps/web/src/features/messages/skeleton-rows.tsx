import { Skeleton } from "@/ui/skeleton";

const LINES = ["w-[46%]", "w-[72%]", "w-[31%]", "w-[58%]", "w-[40%]", "w-[66%]", "w-[52%]", "w-[28%]"];

/** The place that messages on their way will take. */
export function SkeletonRows({ count }: { count: number }) {
  return Array.from({ length: count }, (_, place) => (
    <div key={place} aria-hidden="true" className="talk-row skeleton-row">
      <div className="said-who">
        <Skeleton className="skeleton-name mt-1.5 h-2.5 w-14" />
        <Skeleton className="size-7 rounded-full" />
      </div>
      <div className="min-w-0 pt-1.5">
        <Skeleton className={`h-2.5 ${LINES[place % LINES.length]}`} />
      </div>
    </div>
  ));
}
