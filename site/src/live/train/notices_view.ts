/**
 * What a reader must know now, in lines at the foot of the window, and what is said to those who do not see the page.
 *
 * @module
 */
import { button, element } from "../elements.ts";
import type { LiveState, MountView } from "../live.ts";
import { Announcer } from "./announcer.ts";
import { sideTitles, spoken } from "./words.ts";

/** A line. */
interface Notice {
  text: string;
  kind: "busy" | "message" | "notice" | "question";
}

/** Lines, each with a button that takes it away. */
export const mountNotices: MountView = (root, { state, actions }) => {
  /** Lines that the reader took away and that the state still has. */
  const dismissed = new Set<string>();
  const answer = button("", { class: "answer" });
  answer.onclick = () => state.question?.act();
  const show = () => {
    const notices = noticesOf(state);
    for (const text of dismissed) if (!notices.some((notice) => notice.text === text)) dismissed.delete(text);
    const shown = notices.filter(({ text }) => !dismissed.has(text));
    const kept = Array.from(root.children, (child) => child.querySelector("span")!.textContent);
    if (kept.join("\n") === shown.map(({ text }) => text).join("\n")) return;
    if (state.question) answer.textContent = state.question.answer;
    const hadFocus = root.contains(document.activeElement);
    root.replaceChildren(...shown.map((notice) =>
      lineOf(notice, notice.kind === "question" ? answer : null, () => {
        if (notice.kind === "question") return actions.decline();
        if (notice.kind === "notice") return actions.notify(null);
        dismissed.add(notice.text);
        show();
      })
    ));
    // The focus goes on to the next line, and after the last one back to where training is begun.
    if (hadFocus) (root.querySelector("button") ?? document.querySelector<HTMLElement>("[data-act=play]"))?.focus();
  };
  return {
    draw(_, changed) {
      if (changed.has("notice") || changed.has("sides")) show();
    },
  };
};

function noticesOf({ sides, notice, question, busy }: LiveState): Notice[] {
  const titles = sideTitles(sides);
  return [
    ...(question === null ? [] : [{ text: question.text, kind: "question" as const }]),
    ...(busy === null ? [] : [{ text: busy, kind: "busy" as const }]),
    ...sides.flatMap(({ message }, i): Notice[] =>
      message === null ? [] : [{ text: sides.length > 1 ? `${titles[i]}: ${message}` : message, kind: "message" }]
    ),
    ...(notice === null || sides.some(({ message }) => message === notice)
      ? []
      : [{ text: notice, kind: "notice" as const }]),
  ];
}

function lineOf({ text, kind }: Notice, answer: Element | null, dismiss: () => void): HTMLElement {
  const close = button("×", { "aria-label": "Dismiss" });
  close.onclick = dismiss;
  return element("p", {
    class: kind,
    attributes: { role: kind === "message" ? "alert" : "status" },
    children: [element("span", { text }), ...(answer ? [answer] : []), close],
  });
}

/** A live region that says loss and epoch, now and then. */
export const mountSpoken: MountView = (root) => {
  const announcer = new Announcer();
  return {
    draw(state) {
      const isTraining = state.sides.some(({ isTraining }) => isTraining);
      if (announcer.isDue({ isTraining, now: performance.now() })) root.textContent = spoken(state);
    },
  };
};
