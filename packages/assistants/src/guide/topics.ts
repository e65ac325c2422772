/** Something the guide knows: the words that ask for it, and what it says. */
interface Topic {
  name: string;
  words: RegExp;
  en: string;
  zh: string;
}

export const topics: readonly Topic[] = [
  {
    name: "models",
    words: /\b(models?|openai|ollama|vllm|llama|gpt|api key|configure)\b|模型|密钥|配置/iu,
    en: "No AI model is configured on this server yet; until then it's only me, the built-in guide.",
    zh: "这台服务器还没有配置 AI 模型；在那之前只有我，内置的向导。",
  },
  {
    name: "direct messages",
    words: /\b(dms?|direct|one[- ]to[- ]one|privately)\b|私信|私聊|单独/iu,
    en: "**Direct messages** are between you and one other. Start one from the plus sign above your list; there is one with each of them, so you'll always come back to the same one.",
    zh: "**私信**只在你和对方两个人之间。点列表上方的加号就能开始；和每个人只有一个私信，所以你总会回到同一个地方。",
  },
  {
    name: "rooms",
    words: /\b(rooms?|channels?|groups?|join|leave|browse|invite)\b|房间|群|加入|离开|邀请/iu,
    en: "**Rooms** are in the list on the left. The plus sign above it makes a new one, public or private; browsing shows the public ones you may join. A private room is seen by its members only. Whoever joins sees what was said before.",
    zh: "**房间**在左边的列表里。上方的加号可以新建，公开或私密都行；「浏览」里是可以加入的公开房间。私密房间只有成员看得见。新加入的人能看到以前说过的话。",
  },
  {
    name: "mentions",
    words: /\b(mentions?|mentioned|notify|assistants?|ask you|call you)\b|@|提及|提到|助手|叫你/iu,
    en: "**Mentions**: write `@` and a username. The person sees that it concerns them, and an assistant mentioned so answers in the room, for everyone. In a chat with an assistant it answers without being mentioned. While it writes, whoever asked can stop it; what was written stays.",
    zh: "**提及**：写 `@` 加用户名。对方会看到这句话和自己有关；被这样提到的助手会在房间里回答，所有人都看得到。在和助手的对话里，不用提及它也会回答。它在写的时候，提问的人可以停下它；已经写出的会留着。",
  },
  {
    name: "editing",
    words: /\b(edit|editing|delete|deleting|remove|typo|undo|correct)\b|编辑|修改|改错|删除|撤回/iu,
    en: "**Editing and deleting**: point at your message and choose Edit or Delete; the arrow up in an empty composer edits your last one. An edited message says so. A deleted one is gone for everyone.",
    zh: "**编辑和删除**：指向自己的消息，选「编辑」或「删除」；输入框为空时按向上键，可以改最后一条。改过的消息会注明。删除的消息，所有人都看不到了。",
  },
  {
    name: "formatting",
    words: /\b(markdown|format|formatting|bold|italic|code|lists?|quote)\b|排版|格式|代码|粗体|加粗|列表|引用/iu,
    en: "**Formatting** is Markdown: `**bold**`, `*italic*`, `` `code` ``, lists with `-`, quotes with `>`, and blocks of code between lines of three backticks, with the language's name after the first.",
    zh: "**排版**用 Markdown：`**粗体**`、`` `代码` ``、用 `-` 列表、用 `>` 引用；代码块写在两行三个反引号之间，第一行后面写上语言的名字。",
  },
  {
    name: "keys",
    words: /\b(keys?|keyboard|shortcuts?|enter|new line|newline)\b|快捷键|键盘|换行|回车/iu,
    en: "**Keys**: Enter sends, Shift+Enter starts a new line. While you compose Chinese or Japanese, Enter belongs to your input method and sends nothing.",
    zh: "**按键**：回车发送，Shift+回车换行。用输入法打字时，回车归输入法，不会误发。",
  },
  {
    name: "language and colours",
    words: /\b(language|english|chinese|dark|light|theme|colou?rs?)\b|语言|中文|英文|深色|浅色|主题|配色/iu,
    en: "**Language and colours** follow your browser and your system: English or Chinese, light or dark. You can choose otherwise next to your name.",
    zh: "**语言和配色**跟随你的浏览器和系统：中文或英文，浅色或深色。也可以在你的名字旁边另选。",
  },
  {
    name: "where words are kept",
    words: /\b(privacy|private|stored?|kept|data|backup|self-hosted|where)\b|隐私|存在哪|保存|数据|备份/iu,
    en: "**Your words** are kept on this server, run by whoever gave you its address, and are sent nowhere else. Once a model is configured, an assistant sends it the recent messages of the room in which it was asked, and nothing from other rooms.",
    zh: "**你说的话**存在这台服务器上，由给你地址的人运行，不会发到别处。配置了模型之后，助手只会把被提问的那个房间里最近的消息发给它，不会带上其他房间的内容。",
  },
];
