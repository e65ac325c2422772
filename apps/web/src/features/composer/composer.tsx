"use client";

import type { LiveRoom, TimelineMessage } from "@tertulia/client/state";
import type { User } from "@tertulia/model/users";
import { hasVisibleText } from "@tertulia/model/visible-text";
import { useTranslations } from "next-intl";
import { useEffect, useId, useLayoutEffect, useRef, useState, type ChangeEvent, type KeyboardEvent, type RefObject } from "react";
import { Avatar } from "@/ui/avatar";
import { Icon } from "@/ui/icon";
import { IconButton } from "@/ui/icon-button";
import { countLeft, TOLD_FROM } from "./count-left";
import { EditingLine } from "./editing-line";
import { growWithWords } from "./grow-with-words";
import { Ime } from "./ime";
import { MentionMenu, optionId } from "./mention-menu";
import { withMention } from "./mention-query";
import { isTouched } from "./is-touched";
import { useDraft } from "./use-draft";
import { useMentions } from "./use-mentions";
import "./composer.css";

export interface ComposerProps {
  live: LiveRoom;
  me: User;
  /** Everyone who can be mentioned. */
  everyone: readonly User[];
  hint: string;
  field: RefObject<HTMLTextAreaElement | null>;
  /** The message being changed in place of writing a new one. */
  editing: TimelineMessage | null;
  onSend: (content: string) => void;
  /** Answers the problem in the reader's language, or nothing when the change is made. */
  onSave: (message: TimelineMessage, content: string) => Promise<string | null>;
  onStopEditing: () => void;
  onEditLast: () => void;
}

/** The next line of the script, with my face beside it. */
export function Composer({ live, me, everyone, hint, field, editing, onSend, onSave, onStopEditing, onEditLast }: ComposerProps) {
  const t = useTranslations("composer");
  const menuId = useId();
  const [draft, setDraft] = useDraft(live.roomId);
  const [change, setChange] = useState({ of: "", text: "" });
  const [problem, setProblem] = useState("");
  const [saving, setSaving] = useState(false);
  const [ime] = useState(() => new Ime());
  const mentions = useMentions(everyone);
  const caretTo = useRef<number | null>(null);

  const editedId = editing?.id ?? "";
  if (change.of !== editedId) {
    setChange({ of: editedId, text: editing?.content ?? "" });
    setProblem("");
  }

  const text = editing ? change.text : draft;
  const left = countLeft(text);
  const ready = hasVisibleText(text) && left >= 0 && !saving;

  const write = (next: string) => {
    setProblem("");
    if (editing) setChange({ of: editing.id, text: next });
    else setDraft(next);
  };

  useLayoutEffect(() => {
    if (!editing || !field.current) return;
    field.current.focus();
    field.current.setSelectionRange(editing.content.length, editing.content.length);
  }, [editing, field]);

  useLayoutEffect(() => {
    if (!field.current) return;
    growWithWords(field.current);
    if (caretTo.current === null) return;
    field.current.setSelectionRange(caretTo.current, caretTo.current);
    caretTo.current = null;
  }, [text, field]);

  useEffect(() => {
    if (!isTouched()) field.current?.focus();
    return () => live.stopTyping();
  }, [live, field]);

  const submit = async () => {
    if (!ready) return;
    mentions.close();
    if (!editing) {
      onSend(text);
      setDraft("");
      live.stopTyping();
      return;
    }
    setSaving(true);
    const refused = text === editing.content ? null : await onSave(editing, text);
    setSaving(false);
    if (refused) setProblem(refused);
    else onStopEditing();
  };

  const pick = (user: User) => {
    if (!mentions.query) return;
    const { text: next, caret } = withMention(text, mentions.query, user);
    caretTo.current = caret;
    write(next);
    mentions.close();
  };

  const onChange = (event: ChangeEvent<HTMLTextAreaElement>) => {
    const { value, selectionStart } = event.target;
    write(value);
    mentions.look(value, selectionStart);
    if (editing) return;
    if (hasVisibleText(value)) live.typing();
    else live.stopTyping();
  };

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (ime.owns(event.nativeEvent)) return;
    const taken = mentions.query ? inMenu(event.key) : inText(event);
    if (taken) event.preventDefault();
  };

  /** With the menu open, Enter picks and never sends. */
  const inMenu = (key: string): boolean => {
    const chosen = mentions.users[mentions.active];
    if ((key === "Enter" || key === "Tab") && chosen) pick(chosen);
    else if (key === "ArrowDown") mentions.step(1);
    else if (key === "ArrowUp") mentions.step(-1);
    else if (key === "Escape") mentions.close();
    else return false;
    return true;
  };

  const inText = ({ key, shiftKey, altKey, ctrlKey, metaKey }: KeyboardEvent): boolean => {
    const commanded = ctrlKey || metaKey;
    // A finger has no Shift at hand: there Enter is a line, and the button sends.
    if (key === "Enter" && !shiftKey && !altKey && (commanded || !isTouched())) void submit();
    else if (key === "Escape" && editing) onStopEditing();
    else if (key === "ArrowUp" && text === "" && !editing && !shiftKey && !altKey && !commanded) onEditLast();
    else return false;
    return true;
  };

  const startMention = () => {
    const element = field.current;
    if (!element) return;
    element.focus();
    const { selectionStart: start, selectionEnd: end } = element;
    const before = text.slice(0, start);
    const mark = before === "" || /\s$/u.test(before) ? "@" : " @";
    const next = before + mark + text.slice(end);
    caretTo.current = start + mark.length;
    write(next);
    mentions.look(next, start + mark.length);
  };

  return (
    <div className="talk-row composer" data-region="composer">
      <div className="composer-face">
        <Avatar user={me} />
      </div>
      <div className="composer-column">
        {mentions.query ? <MentionMenu id={menuId} users={mentions.users} active={mentions.active} onPick={pick} onPoint={mentions.point} /> : null}
        <div className="composer-box">
          {editing ? <EditingLine message={editing} onCancel={onStopEditing} /> : null}
          <div className="composer-line">
            <textarea
              ref={field}
              rows={1}
              value={text}
              dir="auto"
              placeholder={editing ? "" : hint}
              aria-label={editing ? t("changeHint") : hint}
              aria-autocomplete="list"
              aria-controls={mentions.query ? menuId : undefined}
              aria-activedescendant={mentions.query ? optionId(menuId, mentions.active) : undefined}
              aria-invalid={left < 0 || undefined}
              aria-describedby={`${menuId}-below`}
              enterKeyHint={isTouched() ? "enter" : "send"}
              autoComplete="off"
              onChange={onChange}
              onSelect={({ currentTarget }) => mentions.query && mentions.look(currentTarget.value, currentTarget.selectionStart)}
              onKeyDown={onKeyDown}
              onCompositionEnd={(event) => ime.compositionEnded(event)}
              onBlur={() => {
                mentions.close();
                live.stopTyping();
              }}
            />
            <IconButton icon="mention" label={t("mention")} className="max-md:hidden" onPointerDown={keepFocus} onClick={startMention} />
            <button type="button" className="composer-send" aria-label={editing ? t("save") : t("send")} data-tooltip={editing ? t("save") : t("send")} disabled={!ready} onPointerDown={keepFocus} onClick={() => void submit()}>
              <Icon name={editing ? "check" : "send"} />
            </button>
          </div>
          <p id={`${menuId}-below`} className="composer-below" aria-live="polite">
            {problem ? <span className="text-red">{problem}</span> : null}
            {left <= TOLD_FROM ? <span className={left < 0 ? "ms-auto text-red" : "ms-auto text-ink-3"}>{left < 0 ? t("tooLong", { count: -left }) : t("left", { count: left })}</span> : null}
          </p>
        </div>
      </div>
    </div>
  );
}

/** A press on a button beside the text doesn't take the focus out of it, nor the keyboard off a phone. */
const keepFocus = (event: { preventDefault: () => void }): void => event.preventDefault();
