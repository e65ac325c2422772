import { Skeleton } from "@/ui/skeleton";

const WIDTHS = ["w-24", "w-32", "w-20", "w-28", "w-36", "w-24"];

/** The list's shape until it is here. */
export function RoomListSkeleton() {
  return (
    <div className="flex-1 px-3 pt-8">
      {WIDTHS.map((width, line) => (
        <div key={line} className="flex h-9 items-center gap-3">
          <Skeleton className="size-5 rounded-full" />
          <Skeleton className={`h-3 ${width}`} />
        </div>
      ))}
    </div>
  );
}
