"use client";

import type { Member } from "@tertulia/model/members";
import type { Typing } from "@tertulia/model/typing";
import type { User } from "@tertulia/model/users";
import { useLocale, useTranslations } from "next-intl";
import { Fragment, memo } from "react";
import { Avatar } from "@/ui/avatar";
import { Dots } from "@/ui/dots";
import "./typing-line.css";

const NAMED_AT_MOST = 3;

/** Who is about to say something. It keeps its height when nobody is, so that nothing moves. */
export const TypingLine = memo(function TypingLine({ typists, members }: { typists: readonly Typing[]; members: readonly Member[] }) {
  const t = useTranslations("typing");
  const typing = typists.filter((typist) => typist.typing).map((typist) => userOf(typist, members));
  const named = typing.length <= NAMED_AT_MOST;
  return (
    <div className="talk-row typing-row">
      {typing.length > 0 ? (
        <>
          <span className="typing-faces" aria-hidden="true">
            {typing.slice(0, NAMED_AT_MOST).map((user) => <Avatar key={user.id} user={user} size={18} />)}
          </span>
          <p>
            <Dots />
            <span>{named ? t.rich("named", { count: typing.length, names: () => <Names users={typing} /> }) : t("several")}</span>
          </p>
        </>
      ) : null}
    </div>
  );
});

function Names({ users }: { users: readonly User[] }) {
  const list = new Intl.ListFormat(useLocale(), { type: "conjunction" });
  let next = 0;
  return list.formatToParts(users.map((user) => user.displayName)).map((part, place) => {
    if (part.type === "literal") return <Fragment key={place}>{part.value}</Fragment>;
    const user = users[next++];
    return <b key={place}><bdi>{user?.displayName}</bdi></b>;
  });
}

const userOf = (typist: Typing, members: readonly Member[]): User =>
  members.find((member) => member.user.id === typist.userId)?.user ?? { id: typist.userId, username: typist.username, displayName: typist.username, avatarUrl: null, kind: "human" };
