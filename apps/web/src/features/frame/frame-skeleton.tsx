import { clsx } from "clsx";
import { RoomListSkeleton } from "@/features/rooms/room-list-skeleton";
import { Wordmark } from "@/ui/wordmark";
import styles from "./frame.module.css";

/** What the page holds before any script has run. */
export function FrameSkeleton() {
  return (
    <div className={styles["frame"]} data-showing="list" aria-busy="true">
      <div className={styles["list"]}>
        <div className="flex h-12 items-center ps-2">
          <Wordmark />
        </div>
        <RoomListSkeleton />
      </div>
      <div className={clsx(styles["sheet"], styles["room"])} />
    </div>
  );
}
