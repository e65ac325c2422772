import { clsx } from "clsx";
import type { PresenceStatus } from "@tertulia/model/presence";
import type { User } from "@tertulia/model/users";
import { faceColour, initialOf } from "./glaze";
import { PresenceMark } from "./presence-mark";
import { Tile } from "./tile";

export interface AvatarProps {
  user: Pick<User, "id" | "displayName" | "kind">;
  size?: keyof typeof sizes;
  presence?: PresenceStatus | undefined;
  /** An assistant at work. */
  writing?: boolean;
  className?: string;
}

const sizes = {
  18: { face: "size-4.5 text-[.5625rem]", mark: "size-2.5" },
  20: { face: "size-5 text-[.5625rem]", mark: "size-2.5" },
  24: { face: "size-6 text-[.59375rem]", mark: "size-[.6875rem]" },
  28: { face: "size-7 text-[.6875rem]", mark: "size-3" },
  32: { face: "size-8 text-[.78125rem]", mark: "size-3" },
  56: { face: "size-14 text-[1.375rem]", mark: "size-4" },
};

/** People are round, assistants are tiles. The name stands beside it, so the face itself says nothing to those who listen. */
export function Avatar({ user, size = 28, presence, writing = false, className }: AvatarProps) {
  const { face, mark } = sizes[size];
  return (
    <span className={clsx("relative inline-grid shrink-0 place-items-center font-semibold leading-none select-none", face, className)}>
      {user.kind === "assistant" ? (
        <Tile id={user.id} writing={writing} />
      ) : (
        <span aria-hidden="true" className="grid size-full place-items-center rounded-full text-on-glaze" style={{ background: faceColour(user.id) }}>
          {initialOf(user.displayName)}
        </span>
      )}
      {presence && user.kind === "human" ? <PresenceMark status={presence} className={mark} /> : null}
    </span>
  );
}
