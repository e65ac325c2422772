import { topics } from "./topics.ts";

type Language = "en" | "zh";

/** What the guide says to a question, in Markdown, in the question's own language: English or Chinese. */
export function guideAnswer(question: string): string {
  const words = question.replace(MENTIONED, "");
  const language: Language = /\p{Script=Han}/u.test(words) ? "zh" : "en";
  const asked = topics.filter((topic) => topic.words.test(words)).slice(0, TOPICS_AT_ONCE);
  if (asked.length === 0) return [introduction[language], howToAddAModel[language], offer[language]].join("\n\n");
  const asksForModel = asked.some(({ name }) => name === "models");
  return [...asked.map((topic) => topic[language]), asksForModel ? howToAddAModel[language] : reminder[language]].join("\n\n");
}

const TOPICS_AT_ONCE = 2;
// The names in a question say whom it is for, not what it is about.
const MENTIONED = /@[\p{L}\p{N}._-]+/gu;

const introduction = {
  en: "No AI model is configured on this server yet, so I can't think along with you. I'm the built-in guide: I know how this place works, and nothing else.",
  zh: "这台服务器还没有配置 AI 模型，所以我没法和你一起思考。我是内置的向导：只懂怎么用这里，别的都不会。",
};

const howToAddAModel = {
  en: `**To add a model**, whoever runs this server puts one of these into \`.env\` and restarts it:

\`\`\`sh
# OpenAI
OPENAI_API_KEY=sk-...

# or any server that speaks OpenAI's protocol, for example Ollama on the same machine
OPENAI_BASE_URL=http://localhost:11434/v1
OPENAI_MODEL=llama3.2
\`\`\``,
  zh: `**要添加模型**，请运行这台服务器的人在 \`.env\` 里写上其中一种，然后重启：

\`\`\`sh
# OpenAI
OPENAI_API_KEY=sk-...

# 或者任何兼容 OpenAI 协议的服务，比如本机的 Ollama
OPENAI_BASE_URL=http://localhost:11434/v1
OPENAI_MODEL=llama3.2
\`\`\``,
};

const offer = {
  en: "Until then, ask me about rooms, direct messages, mentions, editing and deleting, formatting, keys, language and colours, or where your words are kept.",
  zh: "在那之前，你可以问我：房间、私信、提及、编辑和删除、排版、快捷键、语言和配色，或者你说的话存在哪里。",
};

const reminder = {
  en: "I'm the built-in guide; no AI model is configured on this server. Ask me how to add a model.",
  zh: "我是内置的向导；这台服务器还没有配置 AI 模型。想知道怎么添加，问我就行。",
};
